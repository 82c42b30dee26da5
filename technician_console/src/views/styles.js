// The looks that several views share: controls, fields, cards, notes and icons.
import { css, unsafeCSS } from "../../../static/vendor/lit.js";

/** All of them: a session has them loaded while there is a broker to load them from. */
export const ICONS = [
  "check", "chevron-left", "circle-alert", "clipboard-copy", "clock", "copy", "eraser", "expand", "eye", "file",
  "file-down", "file-up", "folder", "folder-down", "folder-up", "fullscreen", "history", "image-off", "info",
  "keyboard", "lock", "log-out", "map-pin", "message-square", "minus", "monitor", "mouse-pointer-2",
  "move-up-right", "pause", "pencil", "phone", "pin", "play", "plus", "pointer", "refresh-cw", "rotate-cw", "save",
  "scaling", "search", "send", "shield-check", "terminal", "ticket", "trash-2", "triangle-alert", "download",
  "upload", "user", "wifi", "wifi-off", "x",
];

/** Lucide icons as masks in the text's colour: `<span class="icon icon-copy">`. */
const icons = unsafeCSS(
  ICONS.map((name) => `.icon-${name}{mask-image:url(/static/icons/lucide/${name}.svg)}`).join("\n"),
);

/** There for screen readers, and not to be seen. */
const onlyHeard = css`
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
`;

const base = css`
  :host {
    display: block;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  dl,
  dd,
  ol,
  ul {
    margin: 0;
    padding: 0;
  }
  h1 {
    font-size: 1.45rem;
    line-height: 1.25;
    letter-spacing: -0.012em;
    font-weight: 650;
  }
  h2 {
    font-size: 1.08rem;
    line-height: 1.3;
    font-weight: 620;
  }
  a {
    color: var(--accent);
    text-underline-offset: 0.15em;
  }
  .muted {
    color: var(--muted);
  }
  .small {
    font-size: 0.875rem;
  }
  .card {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
  }
  .icon {
    display: inline-block;
    flex: none;
    width: 1.15em;
    height: 1.15em;
    vertical-align: -0.2em;
    background: currentColor;
    mask-position: center;
    mask-size: contain;
    mask-repeat: no-repeat;
  }
  .visually-hidden {
    ${onlyHeard}
  }
  /* Beside a symbol with a title, where every line of tools takes from the picture. */
  @media (max-width: 72rem) {
    .words {
      ${onlyHeard}
    }
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;

const buttons = css`
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.45em;
    min-height: 2.5rem;
    padding: 0 0.95rem;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--text);
    font: inherit;
    font-weight: 550;
    line-height: 1.2;
    text-decoration: none;
    white-space: nowrap;
    cursor: pointer;
    transition: background 120ms, border-color 120ms;
  }
  button:hover:not(:disabled),
  .button:hover {
    background: var(--sunken);
  }
  button:disabled {
    opacity: 0.55;
    cursor: default;
  }
  button.primary {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
  }
  button.primary:hover:not(:disabled) {
    background: var(--accent-strong);
    border-color: var(--accent-strong);
  }
  button.danger {
    color: var(--danger);
    border-color: var(--danger);
  }
  button.danger:hover:not(:disabled) {
    background: var(--danger-wash);
  }
  button.plain {
    border-color: transparent;
    background: none;
    padding: 0 0.6rem;
  }
  button.plain:hover:not(:disabled) {
    background: var(--sunken);
  }
  button.compact {
    min-height: 2.1rem;
    padding: 0 0.7rem;
    font-size: 0.9rem;
  }
  @media (max-width: 30rem) {
    button {
      white-space: normal;
    }
  }
`;

const fields = css`
  .field {
    display: grid;
    gap: 0.35rem;
  }
  label,
  legend {
    font-weight: 570;
  }
  input:not([type="checkbox"], [type="radio"]),
  select,
  textarea {
    width: 100%;
    min-height: 2.6rem;
    padding: 0.45rem 0.7rem;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--text);
    font: inherit;
  }
  textarea {
    resize: vertical;
  }
  input::placeholder,
  textarea::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  :is(input, textarea)[aria-invalid="true"] {
    border-color: var(--danger);
  }
  input[type="checkbox"],
  input[type="radio"] {
    width: 1.15rem;
    height: 1.15rem;
    margin: 0.2rem 0 0;
    accent-color: var(--accent);
    flex: none;
  }
  .hint {
    color: var(--muted);
    font-size: 0.875rem;
  }
  .fault {
    color: var(--danger);
    font-size: 0.9rem;
  }
  .note {
    display: flex;
    gap: 0.55rem;
    align-items: flex-start;
    padding: 0.65rem 0.8rem;
    border-radius: var(--radius-small);
    background: var(--accent-wash);
  }
  .note .icon {
    margin-top: 0.17em;
  }
  .note.bad {
    background: var(--danger-wash);
    color: var(--danger);
  }
  .note.warn {
    background: var(--warn-wash);
    color: var(--warn);
  }
`;

/** Buttons of which one is chosen, side by side. */
export const groups = css`
  .group {
    display: flex;
  }
  .group button {
    border-radius: 0;
    border-color: var(--line-strong);
  }
  .group button:first-child {
    border-radius: var(--radius-small) 0 0 var(--radius-small);
  }
  .group button:last-child {
    border-radius: 0 var(--radius-small) var(--radius-small) 0;
    border-left: 0;
  }
  .group button[aria-pressed="true"] {
    background: var(--accent-wash);
    color: var(--accent);
  }
`;

/** Beside the picture all tools fit into one line, and all rights: their symbols have titles. */
export const toolWords = css`
  @media (max-width: 88rem) {
    .words {
      ${onlyHeard}
    }
  }
`;

/** A form in a dialog; `--dialog-width` is its own where 30rem does not suit it. */
export const dialogs = css`
  dialog {
    width: min(var(--dialog-width, 30rem), calc(100vw - 2rem));
    max-height: calc(100dvh - 2rem);
    padding: 1.4rem;
    overflow: auto;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--text);
    box-shadow: 0 20px 60px rgb(0 0 0 / 30%);
  }
  dialog::backdrop {
    background: rgb(8 16 22 / 50%);
  }
  form {
    display: grid;
    gap: 1.1rem;
    margin-top: 1rem;
  }
  fieldset {
    display: grid;
    gap: 0.6rem;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0;
    margin-bottom: 0.4rem;
  }
  .choice {
    display: flex;
    gap: 0.65rem;
    align-items: flex-start;
    font-weight: 500;
  }
  .choice .hint {
    display: block;
    font-weight: 400;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0.6rem;
  }
`;

export const shared = [base, buttons, fields, icons];
