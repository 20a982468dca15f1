//! Authentication-Results (RFC 8601): the grammar of section 2.2, and what the examples of its appendix B tell.

use rfc822_mime::value::{AuthMethod, AuthenticationResults};
use rfc822_mime::{DefectKind, Defects, Leniency};

use Leniency::{Lenient, Strict};

/// As `server version: method/version=result "reason" type.property=value …`.
fn show(results: &AuthenticationResults) -> String {
    let version = |version: Option<u32>, mark: &str| version.map(|version| format!("{mark}{version}"));
    let method = |method: &AuthMethod| {
        let reason = method.reason().map(|reason| format!(" {reason:?}")).unwrap_or_default();
        let properties: String = method
            .properties()
            .map(|property| format!(" {}.{}={}", property.kind(), property.name(), property.value()))
            .collect();
        let number = version(method.version(), "/").unwrap_or_default();
        format!("{}{number}={}{reason}{properties}", method.method(), method.result())
    };
    let methods: Vec<String> = results.methods().map(method).collect();
    let number = version(results.version(), " ").unwrap_or_default();
    format!("{}{number}: {}", results.server(), methods.join("; "))
}

fn read(raw: &str, leniency: Leniency) -> (String, Defects) {
    let (results, defects) = AuthenticationResults::parse(raw.as_bytes(), leniency);
    let again = AuthenticationResults::parse(&results.to_bytes(), leniency).0;
    assert_eq!(again, results, "{raw}: {}", results.to_bytes().escape_ascii());
    (show(&results), defects)
}

/// Of the grammar: read the same by all.
fn good(raw: &str, expected: &str) {
    for leniency in [Lenient, Strict] {
        let (shown, defects) = read(raw, leniency);
        assert_eq!(shown, expected, "{raw}");
        assert!(defects.is_empty(), "{raw}: {defects:?}");
    }
}

/// Not of the grammar: what a lenient reader finds in it, and a strict one.
fn odd(raw: &str, lenient: &str, strict: &str) {
    for (leniency, expected) in [(Lenient, lenient), (Strict, strict)] {
        let (shown, defects) = read(raw, leniency);
        assert_eq!(shown, expected, "{raw}");
        assert!(defects.has(DefectKind::AuthenticationResultsSyntax), "{raw}");
    }
}

#[test]
fn appendix_b() {
    // B.2: the service was there, but nothing was looked at
    good("example.org 1; none", "example.org 1: ");
    // B.3: one method
    good(
        "example.com;\r\n spf=pass smtp.mailfrom=example.net",
        "example.com: spf=pass smtp.mailfrom=example.net",
    );
    // B.4: two methods in one field
    good(
        "example.com;\r\n auth=pass (cleartext) smtp.auth=sender@example.net;\r\n spf=pass smtp.mailfrom=example.net",
        "example.com: auth=pass smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net",
    );
    good(
        "example.com; iprev=pass\r\n policy.iprev=192.0.2.200",
        "example.com: iprev=pass policy.iprev=192.0.2.200",
    );
    // B.5: fields of two servers
    good(
        "example.com;\r\n dkim=pass (good signature) header.d=example.com",
        "example.com: dkim=pass header.d=example.com",
    );
    // B.6: one method twice, each with its reason
    good(
        "example.com;\r\n dkim=pass reason=\"good signature\"\r\n header.i=@mail-router.example.net;\r\n \
         dkim=fail reason=\"bad signature\"\r\n header.i=@newyork.example.com",
        "example.com: dkim=pass \"good signature\" header.i=@mail-router.example.net; \
         dkim=fail \"bad signature\" header.i=@newyork.example.com",
    );
    // B.7: comments wherever they may stand
    good(
        "foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n \
         policy (A dot can go here) . (like that) expired\r\n \
         (this surprised me) = (as I wasn't expecting it) 1362471462",
        "foo.example.net 1: dkim/1=fail policy.expired=1362471462",
    );
}

#[test]
fn the_grammar() {
    good("(c) a.example (c) 1 (c) ; (c) none (c)", "a.example 1: ");
    good("a.example; NONE", "a.example: ");
    good("\"a b;c\"; x=y", "a b;c: x=y");
    good("\"\"; x=y", ": x=y");
    good("\"a=b\"; x=y", "a=b: x=y");
    good("a.example; x=y reason (c) = (c) \"d\\\"e\" (c)", "a.example: x=y \"d\\\"e\"");
    good("a.example; x=none", "a.example: x=none");
    good("a.example; none=x", "a.example: none=x");
    good("a.example;x=y(c)reason=z(c)p.q=r(c)s.t=u;v=w", "a.example: x=y \"z\" p.q=r s.t=u; v=w");
    good("a.example; x=y reason.q=r", "a.example: x=y reason.q=r");
    // the ptypes of the registry
    for kind in ["smtp", "header", "body", "policy", "dns"] {
        good(&format!("a; x=y {kind}.z=1"), &format!("a: x=y {kind}.z=1"));
    }
}

#[test]
fn values_of_properties() {
    let value = |raw: &str, expected: &str| {
        good(&format!("a; x=y p.q={raw} p.r=s"), &format!("a: x=y p.q={expected} p.r=s"));
    };
    value("token", "token");
    value("\"quoted; (string)\"", "quoted; (string)");
    value("\"\"", "");
    value("a@b.example", "a@b.example");
    value("@b.example", "@b.example");
    value("a+b=c/d@e.example", "a+b=c/d@e.example");
    value("(c) a.b (c) @c.example (c)", "a.b@c.example");
    value("\"a b\"@c.example", "\"a b\"@c.example");
    value("\"a b\" (c) @c.example", "\"a b\"@c.example");
    value("\"a\"@c.example", "a@c.example");
    value("jörg@bücher.example", "jörg@bücher.example");
    value("\"2001:db8::1\"", "2001:db8::1");
}

#[test]
fn what_is_not_of_the_grammar() {
    odd("a; iprev=pass policy.iprev=2001:db8::1", "a: iprev=pass policy.iprev=2001:db8::1", "a: ");
    odd("a; x=y p.q=<>; v=w", "a: x=y p.q=<>; v=w", "a: v=w");
    odd("a; x=y p.q=; v=w", "a: x=y p.q=; v=w", "a: v=w");
    odd("a; x=y p.q=b@c..d", "a: x=y p.q=b@c..d", "a: ");
    odd(
        "a; dmarc=pass action=none header.from=b.example; c=d",
        "a: dmarc=pass header.from=b.example; c=d",
        "a: c=d",
    );
    odd("a; x=y more of it p.q=r", "a: x=y p.q=r", "a: ");
    odd("a; x=y \"more\" p.q=r", "a: x=y p.q=r", "a: ");
    odd("a; x=y p.q=r reason=late", "a: x=y \"late\" p.q=r", "a: ");
    odd("a; x=y reason=first reason=second", "a: x=y \"first\"", "a: ");
    odd("a; x_y=z", "a: x_y=z", "a: ");
    // the name of the server was forgotten
    odd("spf=pass p.q=r; v=w", ": spf=pass p.q=r; v=w", ": spf=pass p.q=r; v=w");
    odd("spf (c) = pass", ": spf=pass", ": spf=pass");
    odd("spf / 1 = pass", ": spf/1=pass", ": spf/1=pass");
    for raw in ["", "a", "a 1", "a;", "a; x", "a; x=", "a; =y", "a; 1"] {
        let (shown, defects) = read(raw, Lenient);
        assert!(shown.ends_with(": ") && !defects.is_empty(), "{raw}");
    }
    for raw in ["a; none; x=y", "a; x=y; none", "a; x=y;", "a b; x=y", "a 99999999999; x=y", "a;; x=y"] {
        odd(raw, "a: x=y", "a: x=y");
    }
    odd("a; none; none", "a: ", "a: ");
    odd("a; x/99999999999=y", "a: x=y", "a: ");
}
