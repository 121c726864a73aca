# What run.tap says to the parser of prove is what record.json says. The parser
# of Debian 12 refuses the number 14, which is 13 but for nested tests.
use strict;
use warnings;
use TAP::Parser;
use JSON::PP;

sub slurp { local (@ARGV, $/) = @_; return scalar <> }
my $record = decode_json(slurp($ARGV[1]));
my $tap = slurp($ARGV[0]);
die 'no version' unless $tap =~ s/\ATAP version 14\n/TAP version 13\n/;
my $parser = TAP::Parser->new({ tap => $tap });
my (%seen, %yaml, $last);
while (my $r = $parser->next) {
    die "unknown line: " . $r->as_string if $r->is_unknown;
    die "bail out" if $r->is_bailout;
    if ($r->is_test) {
        my ($id) = $r->description =~ /^- (\S+)/ or die $r->as_string;
        $last = $id;
        $seen{$id} = $r->has_skip ? 'skip' : $r->is_ok ? 'ok' : 'not ok';
    }
    $yaml{$last} = $r->data if $r->is_yaml;
}
die join("\n", $parser->parse_errors) if $parser->parse_errors;
die 'no plan' unless $parser->tests_planned == @{ $record->{results} } + 1;
my %want = (pass => 'ok', degraded => 'ok', fail => 'not ok', error => 'not ok',
    blocked => 'skip', skipped => 'skip');
for my $r (@{ $record->{results} }) {
    my $got = $seen{ $r->{id} } // 'none';
    die "$r->{id}: $got" unless $got eq $want{ $r->{status} };
    next unless $got eq 'not ok';
    die "$r->{id}: no message" unless length $yaml{ $r->{id} }{message};
    die "$r->{id}: no line" unless $yaml{ $r->{id} }{line} > 0;
}
die 'deployment' unless $seen{deployment} eq 'not ok';
