// What every view shares: it renders again when the language changes, and tells its wishes as one
// kind of event, `intent`, which main.js hands to the app. Views never reach the network.
import { LitElement } from "../../../static/vendor/lit.js";
import { onLanguageChange } from "../i18n.js";

export class View extends LitElement {
  #stopListening = () => {};

  connectedCallback() {
    super.connectedCallback();
    this.#stopListening = onLanguageChange(() => this.requestUpdate());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stopListening();
  }

  /**
   * Tell the app what is wanted.
   * @param {string} type
   * @param {object} [detail]
   */
  want(type, detail = {}) {
    this.dispatchEvent(new CustomEvent("intent", { detail: { type, ...detail }, bubbles: true, composed: true }));
  }

  /**
   * An element of this view that is known to be there.
   * @param {string} selector
   * @returns {any}
   */
  find(selector) {
    return this.renderRoot.querySelector(selector);
  }
}
