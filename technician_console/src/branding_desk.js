// How the organisation is shown, as admins change it. What was saved is seen at once on this page's own frame.
import { NO_BRAND } from "./brand.js";

/** @typedef {import("./protocol.js").Branding} Branding */
/**
 * @typedef {object} BrandingState
 * @property {Branding} brand
 * @property {boolean} loaded
 * @property {boolean} busy
 * @property {boolean} saved
 * @property {import("./api.js").FaultCode | null} problem
 */
/**
 * @typedef {object} DeskParts
 * @property {Pick<import("./api.js").Api, "branding" | "changeBranding" | "changeLogo">} api
 * @property {(brand: Branding) => void} wear shows it on this page
 * @property {() => BrandingState} state
 * @property {(change: Partial<BrandingState>) => void} show
 * @property {(problem: unknown) => import("./api.js").FaultCode | null} told
 */

/** @type {BrandingState} */
export const NO_BRANDING = { brand: NO_BRAND, loaded: false, busy: false, saved: false, problem: null };

export class BrandingDesk {
  #parts;

  /** @param {DeskParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** What each intent does. @type {Record<string, (intent: any) => unknown>} */
  #intents = {
    "branding.save": ({ wanted }) => this.#submit((api) => api.changeBranding({ ...wanted, version: this.#parts.state().brand.version })),
    "branding.logo": ({ png }) => this.#submit((api) => api.changeLogo(png)),
    "branding.edited": () => this.#parts.show({ saved: false }),
  };

  /** @param {{type: string}} intent */
  act(intent) {
    return this.#intents[intent.type]?.(intent);
  }

  async open() {
    this.#parts.show(NO_BRANDING);
    try {
      this.#parts.show({ brand: await this.#parts.api.branding(), loaded: true });
    } catch (problem) {
      this.#parts.show({ problem: this.#parts.told(problem) });
    }
  }

  /** @param {(api: DeskParts["api"]) => Promise<Branding>} request */
  async #submit(request) {
    if (this.#parts.state().busy) return;
    this.#parts.show({ busy: true, problem: null, saved: false });
    try {
      const brand = await request(this.#parts.api);
      this.#parts.wear(brand);
      this.#parts.show({ brand, busy: false, saved: true });
    } catch (problem) {
      this.#parts.show({ busy: false, problem: this.#parts.told(problem) });
    }
  }
}
