"""What the scripts that drive client libraries have in common."""
import sys

import messages


def arguments():
    """PORT USER PASSWORD MAIL-DIR; the messages instead of their directory."""
    port, user, password, mail = sys.argv[1:5]
    return int(port), user, password, [octets for _, octets in messages.read(mail)]


class Checks:
    """Ends the program at the first thing that is not as it should be."""

    def __init__(self, client, count):
        self.client, self.count = client, count

    def fail(self, *words):
        sys.exit('FAIL %s: %s' % (self.client, ' '.join(words)))

    def check(self, truth, what, *details):
        if not truth:
            self.fail(what, *('%.300r' % (d,) for d in details))

    def same(self, got, want, what):
        if isinstance(got, bytes) and isinstance(want, bytes) and got != want:
            self.fail(what + ':', messages.difference(got, want))
        self.check(got == want, what, got, want)

    def ok(self, what):
        print('ok   %s %s (%d messages)' % (self.client, what, self.count), flush=True)
