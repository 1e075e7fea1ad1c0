display(HTML("<b>averages</b>"))
await asyncio.sleep(0)
moving_average(np.arange(5.0), 2)
