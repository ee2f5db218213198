# Makes system calls for the process that has started this one, and whose id is its argument, one at
# a time, as long as that lives. On a disk that hangs this process hangs alone, and can be left
# behind (decision 14).
#
# A request is its length and then arguments, the number of the call first, each a type, a length
# and its bytes: i is a number, s a string, b the length of a buffer that the call fills. The answer
# is what the call returned, errno, and the buffer; one that is full of zeros is not sent.
my $parent = shift;
$0 = 'udisk-csi system calls';
$| = 1;
binmode STDIN;
binmode STDOUT;

sub take {
  my ($length, $taken) = ($_[0], '');
  while (length $taken < $length) {
    sysread(STDIN, $taken, $length - length $taken, length $taken) or exit;
  }
  return $taken;
}

while (1) {
  my @request = unpack '(a N/a*)*', take(unpack 'N', take(4));
  my ($number, @arguments, $buffer);
  while (my ($type, $value) = splice @request, 0, 2) {
    $buffer = @arguments if $type eq 'b';
    push @arguments, $type eq 'b' ? "\0" x $value : $type eq 'i' ? $value + 0 : $value;
  }
  $number = shift @arguments;
  exit if getppid != $parent; # whose successor may have begun something else by now
  my $returned = syscall($number, @arguments);
  my $errno = $returned == -1 ? $! + 0 : 0;
  my $filled = defined $buffer ? $arguments[$buffer - 1] : '';
  $filled = '' if $filled eq "\0" x length $filled;
  print pack 'q> N N/a*', $returned, $errno, $filled;
}
