"""What an attacker writes into every field that somebody else gets to see."""

MARKUP = '"><img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'
HANDLER = "' autofocus onfocus='window.pwned=1' x='"
TEMPLATE = "${window.pwned=1}{{window.pwned=1}}`${window.pwned=1}`"
LINK = "javascript:window.pwned=1"
FORMULAS = ('=HYPERLINK("http://evil.example","x")', "+1+cmd|' /C calc'!A0", "@SUM(1+9)", "-2+3")
LINES = (
    "a\r\nSet-Cookie: planted=1",
    "a\nforged line",
    "a\x1b[2J\x1b]0;title\x07",
    "a\u202efdp.exe",
    "a\u2028b",
    "a\x00b",
)
"""CRLF, terminal escapes and marks of direction: no name may hold them."""

VISIBLE = (MARKUP, HANDLER, TEMPLATE, LINK, *FORMULAS)
"""What a name may hold, and is shown as it is."""
