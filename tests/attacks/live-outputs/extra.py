from IPython.display import HTML, SVG, IFrame, Javascript, Latex, Markdown, display

LIVE = "window.attackCorpusLive"
display(HTML(f"<script>{LIVE} = 21</script><img src=x onerror='{LIVE} = 22'><b>bold</b>"))
display(HTML(f"<style>body {{ display: none }}</style><svg/onload={LIVE}=23>"))
display(HTML(f"<a href='java\tscript:{LIVE}=24'>x</a>"))
display(SVG(f"<svg xmlns='http://www.w3.org/2000/svg'><script>{LIVE} = 25</script></svg>"))
display(SVG(f"<svg xmlns='http://www.w3.org/2000/svg' onload='{LIVE} = 26'><circle r='9'/></svg>"))
display(Javascript(f"{LIVE} = 27"))
display(Markdown(f"<img src=x onerror='{LIVE} = 28'> [x](javascript:{LIVE}=29)"))
display(Latex(rf"$\href{{javascript:{LIVE}=30}}{{x}}$ <script>{LIVE} = 31</script>"))
display(IFrame("javascript:parent.attackCorpusLive = 32", 100, 100))
display({"text/html": [f"<script>{LIVE} = 33", "</script>"], "text/plain": "x"}, raw=True)
display(
    {
        "application/vnd.jupyter.widget-view+json": {
            "model_id": f"</script><script>{LIVE} = 34</script>"
        }
    },
    raw=True,
)
display({"image/png": f'" onerror="{LIVE} = 35'}, raw=True)
display({"text/vnd.mermaid": f"graph TD; A[<img src=x onerror='{LIVE} = 36'>]"}, raw=True)
display({"text/html": "<p>x</p>"}, raw=True, metadata={"text/html": {"isolated": True}})
display(
    {"image/png": "aGVsbG8="},
    raw=True,
    metadata={"image/png": {"width": f'1" onload="{LIVE} = 37'}},
)
print(f"<script>{LIVE} = 38</script>\x1b[31m<img src=x onerror='{LIVE} = 39'>")
print(f"\x1b]8;;javascript:{LIVE}=40\x07x")
