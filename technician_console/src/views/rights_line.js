// What the end user allows now, for how long yet, and who allowed it; and the way to ask for more.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { isInCharge } from "../company.js";
import { t } from "../i18n.js";
import { askable, endingSoon, leaseOf, secondsLeft } from "../rights_talk.js";
import { allowed, granted, isPaused, leases, mayAsk } from "../session.js";
import { View } from "./base.js";
import { capabilityText, icon } from "./parts.js";
import { Seconds } from "./seconds.js";
import { shared, toolWords } from "./styles.js";

/** @type {Partial<Record<import("../protocol.js").Capability, string>>} */
const ICONS = { view: "eye", control: "mouse-pointer-2", "clipboard.send": "clipboard-copy", "clipboard.receive": "download", "files.send": "file-up", "files.receive": "file-down" };

export class RightsLine extends View {
  static properties = { live: { attribute: false } };
  static styles = [
    ...shared,
    toolWords,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 0.3rem 0.5rem;
        align-items: center;
      }
      ul {
        display: contents;
        list-style: none;
      }
      li {
        display: inline-flex;
        gap: 0.35rem;
        align-items: center;
        padding: 0.1rem 0.6rem;
        border: 1px solid var(--line);
        border-radius: 99px;
        background: var(--surface);
        font-size: 0.85rem;
        font-variant-numeric: tabular-nums;
      }
      li.ending {
        background: var(--warn-wash);
        border-color: var(--warn);
        color: var(--warn);
      }
      li.resting {
        text-decoration: line-through;
        color: var(--muted);
      }
      li.source {
        border-color: transparent;
        background: var(--warn-wash);
        color: var(--warn);
      }
    `,
  ];
  #seconds = new Seconds(this, () => this.live !== null && leases(this.live).length > 0);

  constructor() {
    super();
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
  }

  render() {
    const live = this.live;
    if (!live) return nothing;
    const byCommand = live.session?.consent_source === "command_line";
    return html`<ul role="list" aria-label=${t("rights.label")}>
        ${granted(live).map((capability) => this.#right(live, capability))}
        ${byCommand ? html`<li class="source">${icon("terminal")}${t("rights.command_line")}</li>` : nothing}
      </ul>
      ${this.#ask(live)}`;
  }

  /** @param {import("../session.js").LiveState} live @param {import("../protocol.js").Capability} capability */
  #right(live, capability) {
    const lease = leaseOf(leases(live), capability);
    const now = this.#seconds.now;
    const ending = lease && endingSoon([lease], now).length > 0;
    const name = capabilityText(capability);
    return html`<li class="${isPaused(live) ? "resting" : ""} ${ending ? "ending" : ""}" title=${name}>
      ${icon(ending ? "clock" : (ICONS[capability] ?? "shield-check"))}
      ${lease ? t("rights.leased", { right: name, left: leftText(secondsLeft(lease.endsAt, now)) }) : html`<span class="words">${name}</span>`}
    </li>`;
  }

  /** @param {import("../session.js").LiveState} live */
  #ask(live) {
    if (!isInCharge(live)) return nothing;
    if (askable(allowed(live), leases(live), this.#seconds.now).length === 0) return nothing;
    return html`<button class="compact" aria-haspopup="dialog" ?disabled=${!mayAsk(live)} @click=${() => this.want("rights.open-ask", { capability: null })}>
      ${icon("plus")}${t("rights.ask_for")}
    </button>`;
  }
}

/** Minutes are rounded up, so that 30 minutes begin as 30; the last one is told in seconds. @param {number} seconds */
function leftText(seconds) {
  if (seconds <= 60) return t("rights.left_seconds", { count: seconds });
  const minutes = Math.ceil(seconds / 60);
  if (minutes <= 120) return t("rights.left_minutes", { count: minutes });
  return t("rights.left_hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

customElements.define("hr-rights", RightsLine);
