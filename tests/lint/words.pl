#!/usr/bin/env perl
# Where texts for people use a phrase of words.txt.
# usage: words.pl [-v] LIST FILE…: "FILE COUNT" lines, or with -v one line a find
#
# Looked at: string literals of C with a blank in them (those that follow each
# other are one), prose of Markdown outside of code, texts of signatures, and
# what templates say outside of their tags.
use strict;
use warnings;

my $verbose = @ARGV && $ARGV[0] eq '-v' && shift @ARGV;
my (@rows, @allowed);
open my $list, '<', shift @ARGV or die "words.pl: no list\n";
while (my $line = <$list>) {
    chomp $line;
    next if $line =~ /^\s*(#|$)/;
    my ($phrase, $better, $allowed) = split / +\| +/, $line;
    die "words.pl: '$line' is not PHRASE | BETTER\n" unless defined $better;
    push @rows, [qr/\b(?:$phrase)\b/i, $better];
    push @allowed, qr/\b(?:$allowed)\b/i if defined $allowed;
}
my $any = join '|', map { "(?:$_->[0])" } @rows;

my %count;
my $name;

sub judge {
    my ($text, $line) = @_;
    $text =~ s/$_/-/g for @allowed;
    return unless $text =~ /$any/;
    for my $row (@rows) {
        while ($text =~ /($row->[0])/g) {
            $count{$name}++;
            print "$name:$line: '$1': $row->[1]\n" if $verbose;
        }
    }
}

sub c_strings {
    my $code = shift;
    my ($text, $line, $start) = ('', 1, 0);
    while ($code =~ m{\G(?:
            (?<comment>/\*.*?\*/) |
            (?<string>"(?:\\.|[^"\\])*") |
            (?<char>'(?:\\.|[^'\\])+') |
            (?<include>^\#\s*include[^\n]*) |
            (?<blank>\s+) |
            (?<other>[^\s"'/\#]+|.))}gcsxm) {
        my $all = $&;
        if (defined $+{string}) {
            $start ||= $line;
            $text .= substr $all, 1, -1;
        } elsif (!defined $+{blank} && !defined $+{comment}) {
            judge($text =~ s/\\[nt]/ /gr, $start) if $text =~ / /;
            ($text, $start) = ('', 0);
        }
        $line += ($all =~ tr/\n//);
    }
}

sub markdown {
    my ($fence, $line, $text, $start) = (0, 0, '', 1);
    for (split /\n/, shift) {
        $line++;
        $fence = !$fence if /^\s*```/;
        my $prose = $fence || /^\s*```/ ? '' : s/`[^`]*`/`/gr =~ s/\]\([^)]*\)/]/gr;
        if ($prose =~ /^\s*$/ || /^\|/) {
            judge($text, $start);
            ($text, $start) = ('', $line + 1);
        }
        judge($prose, $line) if /^\|/;
        $text .= "$prose " unless /^\|/;
    }
    judge($text, $start);
}

sub signatures {
    my $line = 0;
    my $no = 'anchor|match|text|cascade|not|captures|graph|root|run|when|key|wraps|follows|id|code|url';
    for (split /\n/, shift) {
        $line++;
        judge(s/`[^`]*`/`/gr, $line) unless /^\s*(-\s*)?($no)\s*:/ || /^\s*#/ || m{https?://};
    }
}

for my $file (@ARGV) {
    open my $in, '<', $file or next;
    local $/;
    my $all = <$in>;
    $name = $file;
    if ($file =~ /\.[ch]$/) { c_strings($all) }
    elsif ($file =~ m{^templates/}) { markdown($all =~ s/\{\{.*?\}\}/{}/gsr) }
    elsif ($file =~ /\.md$/) { markdown($all) }
    else { signatures($all) }
}
print "$_ $count{$_}\n" for $verbose ? () : sort keys %count;
