// How the organisation is shown: its name, logo, languages and words. It comes in from outside, as catalogues do.
import { LANGUAGES } from "./i18n.js";

/** @typedef {import("./protocol.js").Branding} Branding */

/** As Handrail, which is what there is until the broker has answered. @type {Branding} */
export const NO_BRAND = { name: "", colour: null, welcome: { en: "", fr: "" }, languages: [...LANGUAGES], logo: null, version: 0 };

/** @type {Branding} */
let current = NO_BRAND;

/** @param {Branding} brand */
export function useBrand(brand) {
  current = brand;
}

export const brandName = () => current.name || "Handrail";

export const brandLogo = () => logoOf(current);

/** @param {Branding} brand */
export const logoOf = ({ logo }) => (logo ? `/branding/logo.png?v=${logo}` : "/static/icons/handrail.svg");

/** Those that the pages offer, in their order. */
export const languages = () => LANGUAGES.filter((one) => (current.languages ?? LANGUAGES).includes(one));

/** What the organisation says to end users. @param {import("./i18n.js").Language} language */
export const welcome = (language) => current.welcome?.[language] || "";
