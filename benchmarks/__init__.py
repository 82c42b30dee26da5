"""Measurements: one package a question, each prints a table and writes JSON into `results/`.

`make bench-screen`, as root, asks how our screen engine compares with others in what a technician
sees. It takes about 40 minutes, and wants a machine that does nothing else. A part of it:

    python -m benchmarks.screen --systems handrail,x0vnc-novnc --networks lan --scenes key \\
        --repeats 1 --output none

**What is compared.** Every run starts a fresh Xvfb of 1920×1080, a host, and headless Chromium with a
page of 1280×800, in this order of systems and then in others. `stock-aiortc` is the simplest host on
aiortc (`screen/systems/stock_aiortc_host.py`); the VNC servers run with their defaults behind
websockify and noVNC; MeshCentral runs with its own agent.

**Where.** Host and browser are in network namespaces of their own. `lan` is a veth pair; `wan` is
`screen/shaper.c`: 20 ms each way, 5 Mbit/s with 125 kB of queue, 1 % loss in each direction.

**How.** A script in the page looks at the picture in every animation frame: what the videos and
canvases show together, at the desktop's own size. Nothing is asked of the systems themselves.

| scene | what happens | what is read |
|---|---|---|
| first | the viewer of a session that was allowed is opened | until a bar code on the desktop can be read |
| idle | nothing, for 10 s | processor time, bytes, memory |
| key | each key press turns a window from white to black or back | from the key's event to the changed pixel |
| region30 | 480×270 pixels scroll 30 times a second | frames that came up, and their age then |
| scroll30, scroll60 | the whole screen scrolls | the same |
| settle | the whole screen changes to dense text at once | every 100 ms, every pixel |

Age is from the moment the scene drew a frame (a time stamp in the frame, as a bar code) to when the
page first showed it. `psnr_*` and `exact_pixels_pct` are those 3.7 s after the change; 99 dB stands for
a picture without error. `seconds_to_exact` is `null` when 8 s were not enough. Processor time is that
of the host's processes (support client; VNC server and websockify; agent): not of the X server, the
browser, or the broker. Memory is their PSS. `down_kbytes_per_s` counts the bytes at the browser's
network device, headers included. Figures are medians of the repeats; the median of one repeat in which
something never happened and another is "never".

**What it does not show.** Reading the picture costs the browser some milliseconds a frame, for video a
little more than for a canvas. Times are in steps of the 60 Hz of the page. All parts share the
machine's cores: believe ratios of one run, not figures of two.
"""
