# nagios.txt is one line whose performance data a monitoring plugin can read.
use strict;
use warnings;
use Monitoring::Plugin::Performance;
use JSON::PP;

sub slurp { local (@ARGV, $/) = @_; return scalar <> }
my $text = slurp($ARGV[0]);
my $record = decode_json(slurp($ARGV[1]));
die 'not one line' unless $text =~ /\A[^\n]+\n\z/;
die 'too long' if length $text > 4096;
my ($said, $data, $rest) = split /\|/, $text;
die 'more than one |' if defined $rest;
die $said unless $said =~ /^POSTFLIGHT (OK|WARNING|CRITICAL|UNKNOWN) - \w/;
die "state: $1" unless $1 eq 'CRITICAL';
chomp $data;
my @perf = Monitoring::Plugin::Performance->parse_perfstring($data);
my %by = map { $_->label => $_ } @perf;
my $parts = () = $data =~ /=/g;
die 'a part could not be read' unless @perf == $parts;
for my $n (qw(passed degraded failed errors)) {
    die $n unless $by{$n}->value == $record->{production}{$n};
}
my @answered = grep { $_->{answered} } @{ $record->{results} };
for my $r (@answered) {
    die $r->{id} unless $by{ $r->{id} } && $by{ $r->{id} }->uom eq 's';
}
