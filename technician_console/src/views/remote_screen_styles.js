// How the remote picture and the tools around it look.
import { css } from "../../../static/vendor/lit.js";

export const remoteScreenStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto auto minmax(0, 1fr);
    min-height: 0;
    min-width: 0;
    background: var(--page);
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: 0.35rem 0.9rem;
    align-items: center;
    padding: 0.4rem clamp(0.8rem, 2.5vw, 1.6rem) 0.3rem;
  }
  /* One line wherever it fits: what it says changes, and the picture must not move then. */
  .status {
    display: flex;
    flex-wrap: wrap;
    gap: 0.2rem 0.9rem;
    align-items: center;
    padding: 0 clamp(0.8rem, 2.5vw, 1.6rem) 0.35rem;
  }
  .hint {
    flex: 1 1 9rem;
    min-width: 0;
    min-height: 1.6em;
  }
  /* Two lines in the room of the buttons beside them, whether there is something to say or not. */
  @media (max-width: 88rem) {
    .hint {
      align-content: center;
      min-height: 2.6em;
      line-height: 1.3;
    }
  }
  @media (max-width: 44rem) {
    .tools {
      flex-wrap: nowrap;
      overflow-x: auto;
    }
    .tools > * {
      flex: none;
    }
    .hint {
      flex-basis: 100%;
    }
  }
  .hint.typing {
    color: var(--accent);
    font-weight: 570;
  }
  kbd {
    font: inherit;
    font-size: 0.85em;
    padding: 0 0.35em;
    border: 1px solid var(--line-strong);
    border-radius: 4px;
    background: var(--surface);
    white-space: nowrap;
  }
  hr-quality {
    margin-left: auto;
  }
  .stage {
    position: relative;
    overflow: hidden;
    min-height: 0;
    border: 3px solid var(--stage);
    background: var(--stage);
  }
  .stage:has(.screen:focus-within, hr-guide-layer:focus) {
    border-color: var(--focus);
  }
  .stage.free {
    overflow: auto;
  }
  .screen {
    position: absolute;
    touch-action: none;
    user-select: none;
    overflow: hidden;
    background: #000;
  }
  .screen.control {
    cursor: var(--remote-cursor, url(/static/icons/pointer-dot.svg) 4 4, crosshair);
  }
  .screen:focus,
  .typed:focus {
    outline: none;
  }
  /* There for the browser to compose in; where it is, an input method shows its choices. */
  .typed {
    position: absolute;
    inset: auto auto 0 50%;
    width: 1px;
    height: 1.5rem;
    padding: 0;
    border: 0;
    opacity: 0;
    resize: none;
    overflow: hidden;
    font-size: 1rem;
    pointer-events: none;
  }
  /* The video may be smaller than the screen that it shows: both layers fill the same place. */
  video,
  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: fill;
    pointer-events: none;
  }
  .veil {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 0.7rem;
    padding: 1rem;
    text-align: center;
    background: var(--stage);
    color: var(--on-stage);
  }
  .veil .icon {
    width: 2.2rem;
    height: 2.2rem;
  }
  .veil p::first-letter {
    text-transform: uppercase;
  }
  .condition {
    top: 1rem;
  }
  /* One above the other, however many there are. */
  .foot {
    position: absolute;
    bottom: 1rem;
    left: 1rem;
    right: 1rem;
    display: grid;
    gap: 0.5rem;
    justify-items: center;
    pointer-events: none;
  }
  .foot > .note {
    box-shadow: var(--shadow);
  }
  .over {
    position: absolute;
    left: 50%;
    transform: translateX(-50%);
    width: max-content;
    max-width: calc(100% - 2rem);
    box-shadow: var(--shadow);
    pointer-events: none;
  }
`;
