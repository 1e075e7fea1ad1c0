"""Markup that tries to run or load something, and a way to find whether any could."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup

HTML = [
    "<script>alert(1)</script>",
    "<ScRiPt src=https://evil.example/x.js></sCrIpT>",
    "<scr\0ipt>alert(1)</scr\0ipt>",
    "<<script>alert(1)//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<img/src='x'/onerror='alert(1)'>",
    "<img src=https://evil.example/pixel.png>",
    "<img src=//evil.example/pixel.png>",
    "<img src=/logout>",
    "<img src=../../logout>",
    "<img src=%2e%2e/logout>",
    "<img srcset='https://evil.example/pixel.png 2x'>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x "
    "onerror=alert(1)&gt;'>",
    "<math href=javascript:alert(1)>x</math>",
    "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href=' &#1;javascript:alert(1)'>x</a>",
    "<a href=JaVaScRiPt&colon;alert(1)>x</a>",
    "<a href=data:text/html,<script>alert(1)</script>>x</a>",
    "<a href=files/javascript:alert(1)>x</a>",
    "<a href=vbscript:alert(1)>x</a>",
    "<iframe src=https://evil.example></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=data:text/html,x></object><embed src=x>",
    "<form action=https://evil.example><input name=q><button>Go</button></form>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css'; .badge { display: none }</style>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
    "<p style='position:fixed;top:0;left:0;width:100%;height:100%'>x</p>",
    "<div class='modal navbar-fixed-top'>x</div>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video src=https://evil.example/x autoplay onloadstart=alert(1)></video>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<p title='<pre onclick=alert(1)>'>x</p>",
    "<x" + " y" * 50 + " onclick=alert(1)>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
]
MARKDOWN = [
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "[x](files/javascript:alert(1))",
    '![x](x" onerror="alert(1))',
    '[x](https://a.example "y" onclick=alert(1))',
    "![x](https://evil.example/pixel.png)",
    "![x](files//logout)",
    "![x](attachment:absent.png)",
    "$</p><script>alert(1)</script>$",
    "$$\\text{<img src=x onerror=alert(1)>}$$",
    "$\\href{javascript:alert(1)}{x}$",
    "\\begin{x}<script>alert(1)</script>\\end{x}",
    "```html\" onclick='alert(1)'\nx\n```",
    "```mermaid\n<img src=x onerror=alert(1)>\n```",
    "# <img src=x onerror=alert(1)>",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
]

_TAGS = {
    *("script", "iframe", "object", "embed", "svg", "form", "input", "button", "base", "style"),
    *("link", "meta", "video", "audio", "template", "textarea", "noscript", "frame", "applet"),
}
_ADDRESSES = ("href", "src", "srcset", "action", "data", "xlink:href", "background", "poster")


def live(html):
    """Find what could run, load or cover something, as a parser of HTML sees it."""
    found = []
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        if tag.name in _TAGS:
            found.append(tag.name)
        for name, value in tag.attrs.items():
            text = " ".join(value) if isinstance(value, list) else value
            if name.startswith("on") or (name in _ADDRESSES and not _is_harmless(tag.name, text)):
                found.append((tag.name, name, text))
            if name == "style" and re.search(r"position|url\s*\(|display|margin", text):
                found.append((tag.name, name, text))
            if name == "class" and re.search("modal|navbar", text):
                found.append((tag.name, name, text))
    return found


def _is_harmless(tag, address):
    if tag == "a":
        return re.match(r"#|https?://|mailto:|[^:]*$", address) is not None
    is_image = address.startswith(("data:image/png;base64,", "data:image/svg+xml;base64,"))
    return tag == "img" and (is_image or re.fullmatch(r"\w(?!.*(\.\.|//))[\w./ -]*", address))
