// What the end user allows now, and who allowed it.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { granted, isPaused } from "../session.js";
import { View } from "./base.js";
import { capabilityText, icon } from "./parts.js";
import { shared } from "./styles.js";

/** @type {Partial<Record<import("../protocol.js").Capability, string>>} */
const ICONS = { view: "eye", control: "mouse-pointer-2", "clipboard.send": "clipboard-copy", "clipboard.receive": "download" };

export class RightsLine extends View {
  static properties = { live: { attribute: false } };
  static styles = [
    ...shared,
    css`
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.3rem 0.5rem;
        list-style: none;
        font-size: 0.85rem;
      }
      li {
        display: inline-flex;
        gap: 0.35rem;
        align-items: center;
        padding: 0.1rem 0.6rem;
        border: 1px solid var(--line);
        border-radius: 99px;
        background: var(--surface);
      }
      li.resting {
        text-decoration: line-through;
        color: var(--muted);
      }
      li.source {
        border-color: transparent;
        background: none;
        padding-left: 0;
        color: var(--muted);
      }
      li.command_line {
        background: var(--warn-wash);
        color: var(--warn);
        padding-left: 0.6rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
  }

  render() {
    const live = this.live;
    if (!live) return nothing;
    const source = live.session?.consent_source;
    const resting = isPaused(live) ? "resting" : "";
    return html`<ul aria-label=${t("rights.label")}>
      ${granted(live).map(
        (capability) => html`<li class=${resting}>${icon(ICONS[capability] ?? "shield-check")}${capabilityText(capability)}</li>`,
      )}
      ${source ? html`<li class="source ${source}">${source === "command_line" ? icon("terminal") : nothing}${t(`rights.${source}`)}</li>` : nothing}
    </ul>`;
  }
}

customElements.define("hr-rights", RightsLine);
