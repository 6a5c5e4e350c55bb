"""Text that people and programs send and that has broken somebody's software, by what it tries.

Our own list: the packages that carry the well-known one were last kept up in 2015 and 2020.
"""

MARK = "naughty"

# What a page would show as an element or attribute of ours if it were not escaped: the reader of pages looks for MARK in names.
MARKUP = (
    f"<script>{MARK}()</script>",
    f"</textarea><{MARK}>",
    f"</title></style></script><{MARK}>",
    f'"><{MARK} src=x>',
    f"'><{MARK}>",
    f'" on{MARK}="alert(1)" x="',
    f"' on{MARK}='alert(1)' x='",
    f"x on{MARK}=alert(1)",
    f"<img src=x on{MARK}=alert(1)>",
    f"<svg/on{MARK}=alert(1)>",
    f"<!--<{MARK}>-->",
    f"]]><{MARK}/>",
    f"<a href='javascript:{MARK}()'>x</a>",
    f"javascript:{MARK}()",
    f"&lt;{MARK}&gt;&#60;{MARK}&#62;",
)
# Each would show this product instead of itself, were it taken for a template.
PRODUCT = str(7919 * 7907)
TEMPLATES = (
    "{{7919*7907}}",
    "{% if 1 %}{{ 7919*7907 }}{% endif %}",
    "${7919*7907}",
    "#{7919*7907}",
    "<%= 7919*7907 %>",
    "{{ ''.__class__.__mro__ }}",
    "%(password)s %s %d %n",
    "{0.__class__}",
)
SQL = (
    "' OR '1'='1",
    "'; DROP TABLE commissioning_user; --",
    '" OR ""="',
    "1 UNION SELECT password FROM commissioning_user",
    "\\'; --",
    "%' ESCAPE '_",
    "%_%",
)
SHELL = ("`id`", "$(id)", "; cat /etc/passwd", "| id", "&& id", "../../../etc/passwd", "..\\..\\boot.ini", "file:///etc/passwd", "{{constructor}}")
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://x.example","x")', "=cmd|' /C calc'!A0", "\t=1+1", "＝1+1")
SCRIPTS = (
    "नमस्ते 你好 こんにちは 안녕 مرحبا שלום",
    "🏴🇬🇧👍🏽",
    "Z̸͎̈́a̷͓͝l̴̰̈g̶̣̓o̵͚͌" + "\u0301" * 60,
    "ﬃ ℌ ① Ⅻ ｆｕｌｌ",
    "İıſßŞ",
    "\U0010fffd\ue000\ufffd",
    "line\u2028separator\u2029paragraph\x85next",
)
WORDS = ("null", "None", "undefined", "true", "NaN", "nil", "[]", "{}", "0", "-1", "1e309", "\\", "\\\\", "\\u0000", "%00", "%0d%0aSet-Cookie: x=1")
# A longer text keeps them, and a name has none of them.
JOINED = ("👩\u200d👩\u200d👧\u200d👦", "\u200fright\u200e", "zero\u200bwidth\u2060joiner\ufeff", "می\u200cخواهم")
# Kept as it is or refused, and never an error on our side.
HARMLESS = (*MARKUP, *TEMPLATES, *SQL, *SHELL, *FORMULAS, *SCRIPTS, *JOINED, *WORDS)

# The same, without what only a longer text could carry.
LIKELY = (*MARKUP, *TEMPLATES, *SCRIPTS)

HEADERS = ("Subject\r\nBcc: rival@tribal.example\nX: y\rZ: y\r\n\r\nbody", "a\x0bBcc: x\u2028Bcc: x\x85Bcc: x")
# Nothing that a person sees.
EMPTY_ISH = (" \r\n\t", "\u00a0\u3000", "\u200b\ufeff")
# What a database, a header or an XML file cannot hold.
CONTROLS = ("a\x01b\x08c\x1b[31md\x7fe\x9ff", "\ufffe\uffff")
LONE_SURROGATES = ("\ud800", "a\udfffb", "\udc00\ud800")
VERY_LONG = ("é" * 25_001 + "word\n" * 5_001,)


def chunks(strings: tuple[str, ...], longest: int) -> list[str]:
    """The strings, as few texts as will hold them all, none longer than that; one that is longer itself is left out."""
    texts: list[str] = []
    for string in (each for each in strings if len(each) <= longest):
        if texts and len(texts[-1]) + 1 + len(string) <= longest:
            texts[-1] += f" {string}"
        else:
            texts.append(string)
    return texts
