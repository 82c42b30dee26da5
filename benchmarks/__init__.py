"""Measurements: one package a question, each prints a table and writes JSON into `results/`.

`make bench-screen`, as root, asks how our screen engine compares with others in what a technician
sees. It takes about 40 minutes, and wants a machine that does nothing else. A part of it:

    python -m benchmarks.screen --systems handrail,x0vnc-novnc --networks lan --scenes key \\
        --repeats 1 --output none

**What is compared.** Every run starts a fresh Xvfb of 1920×1080, a host, and headless Chromium
with a page of 1280×800; each repeat takes the systems in another order. `stock-aiortc` is the
simplest host on aiortc (`screen/systems/stock_aiortc_host.py`); the VNC servers run with their
defaults behind websockify and noVNC; MeshCentral runs with its own agent.

**Where.** Host and browser are in network namespaces of their own. `lan` is a veth pair; `wan` is
`tests/rig/shaper.c`: 20 ms, 5 Mbit/s with 125 kB of queue and 1 % loss in each direction.

**How.** A script in the page looks at the picture in animation frames: what the videos and
canvases show together, at the desktop's own size. Nothing is asked of the systems themselves.

| scene | what happens | what is read |
|---|---|---|
| first | the viewer of a session that was allowed is opened | time until a bar code is readable |
| idle | nothing, for 10 s | processor time, bytes, memory |
| key | a key turns a window from white to black or back | from the key's event to the pixel |
| region30 | 480×270 pixels scroll 30 times a second | frames that came up, their age then |
| scroll30, scroll60 | the whole screen scrolls | the same |
| settle | the whole screen changes to dense text at once | every pixel, every 100 ms |

Age is from the moment the scene drew a frame (a time stamp in it, as a bar code) to when the page
first showed it. `psnr_*` and `exact_pixels_pct` are those 3.7 s after the change; 99 dB stands for
a picture without error. `seconds_to_exact` is `null` when 8 s were not enough. Processor time is
that of the host's processes (support client; VNC server and websockify; agent), not of the X
server, the browser, the broker or MeshCentral's server. Memory is their PSS. `down_kbytes_per_s`
counts the bytes at the browser's network device, headers included. Figures are medians of the
repeats, where "never" is larger than any number.

**What it does not show.** Reading the picture costs the browser some milliseconds a frame, for
video a little more than for a canvas. Times are in steps of the page's 60 Hz. All parts share the
machine's cores: believe the ratios of one run, not the figures of two.

`make profile-screen` says where the time from a key to its pixel goes, in less than a minute: 40
presses that flip a small window, which travels as a tile, and 40 that flip the whole screen, which
goes by video, on the real broker, client and browser. Each line is a stage: what it took since the
stage above, and since the key's event in the page, as medians and 95th percentiles in ms. The
stamps are made by `screen/profile/client.py` and `page.js`, which wrap functions of the client and
of the browser; the product itself holds none. Two stages that run at once (injecting and painting,
sending and arriving) may come out in either order: then a step is negative. A `–` stands for a
stage that no press came by.

`make bench-input` types 100 keys a second and moves the pointer 1,000 times a second, 10 s each,
in a real console, and reads at the X server what comes: `lost`, `reordered`, and the delay from the
page's event to the X server's. The hands (`input/hands.js`) make the events in the page, up to four
at a time. A key is known by its place in the alphabet, a move by its pixel; moves that the console
puts together into one a frame are not lost, so `sent` is what left the page, and their delay counts
from the last event in them. The witness (`screen/scenes/witness.py`) is an unseen window above
everything. `type-scroll60` and `move-scroll60` are the same while the whole screen scrolls 60 times
a second, which fills the video and the tiles' channel. The JSON is in the form of the screen's.

`make bench-files`, as root, sends 64 MiB of random bytes each way between a real console and a real
support client, past the end user's hands, on the `lan` above and on `rtt40`: 20 ms in each
direction and nothing else. A transfer counts from `file.begin` to `file.done`: the receiver has all
of it on its disk (the browser's own, for the console), hashed and found whole. `handrail-<road>` is
the road that the chunks take (`--road`): `better` is the one that is kept after both were tried,
and the broker runs on the host's side of the line. Beside it, in the same run and on the same line,
`files/stock_host.py`: an aiortc data channel and an aiohttp websocket as they come, which move as
many bytes from memory to memory in messages of 16 KiB, with no disk, no hash and nobody to ask; and
`handrail-channel`, the same data channel with all that the support client mends in aiortc: what to
hold beside stock. The console's browser has a profile on the disk, as a technician's, and
Playwright's driver does not watch its network (`files/unwatched.cjs` says why).
`host_cpu_pct` is the support client's, or that host's; `…_cpu_s` are processor seconds of a whole
transfer: of that host, the broker, the page's process, and the rest of the browser. `key` is the
screen's, `key-send` and `key-receive` the same while a file goes; `times_idle` is their median over
that of `key`. MB are
powers of ten. `rtt40` is carried by a process of this machine, which takes its share of the cores.

`make bench-broker` opens websockets to a broker that is pinned to one core, from a client on the
others that costs next to nothing (`broker/line.py`: frames are made once, and counted by their
heads). `candidate` and `description` are ICE candidates of 0.2 kB and answers of 4 kB, relayed
between 50 pairs that keep 8 messages under way in each direction; the pace of a socket (20 a
second) is off, for it would be measured else. `idle` is the process's own memory (PSS) that came
with the other connections, up to 10,000 in all, halves of sessions that wait for consent, divided
by their number; `crowd` is how long a candidate takes while they rest and 500 come a second. The
database lies in memory. Beside it, in the same run, npm's PeerServer with its own messages, whose
limits of connections and of silence are raised. Its memory is V8's, which grows in steps.

`make bench-recovery`, as root, has the broker, the technician's browser and the support client in
namespaces of their own, each home with a line to the middle (`tests/rig/homes.py`), and cuts them
again and again: one line, the other, both, for 5 to 15 s, without anything telling the programs, or
gives a home another address at once. `lost_s` is from the cut until the console says that the
connection is lost, `recovered_s` from the network's return (the new address) until it says no
more so (0: it never did), `seen_s` from that return until the page shows what was painted on the
end user's desktop right then.

`make soak-screen` lets a real broker, client and browser work for 8 hours (`DURATION=600` is ten
minutes) on a desktop that scrolls, opens windows, plays noise, types and rests at random, and
prints what the client holds: heap and shared memory, files, threads, futures, video frames, RTP
packets. It fails when one of them grew from the first to the last third, after a quarter of the
time to warm up (`screen/soak/flatness.py` has the limits), or when the picture is not exact at the
end. Some seconds of it are in `make test`, ten minutes in `make test-slow`.
"""
