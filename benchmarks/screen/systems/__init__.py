"""The systems that are compared, each an adapter behind one interface."""

from benchmarks.screen.systems.handrail import Handrail, HandrailTunnel
from benchmarks.screen.systems.interface import System
from benchmarks.screen.systems.meshcentral import MeshCentral
from benchmarks.screen.systems.stock_aiortc import StockAiortc
from benchmarks.screen.systems.vnc import X0Vnc, X11Vnc

SYSTEMS: dict[str, type[System]] = {
    system.name: system
    for system in (Handrail, HandrailTunnel, StockAiortc, X0Vnc, X11Vnc, MeshCentral)
}
