// The look that the admin's pages share: a head with its button, a list of cards or rows, dialogs with forms.
import { css } from "../../../static/vendor/lit.js";
import { dialogs, shared } from "./styles.js";

export const adminStyles = [
  ...shared,
  dialogs,
  css`
    :host {
      max-width: 62rem;
      margin: 0 auto;
    }
    header {
      display: flex;
      flex-wrap: wrap;
      gap: 0.8rem;
      align-items: center;
      justify-content: space-between;
      margin-bottom: 0.5rem;
    }
    .about {
      max-width: 46rem;
      margin-bottom: 1.1rem;
    }
    .list {
      list-style: none;
    }
    .list > li {
      display: flex;
      flex-wrap: wrap;
      gap: 0.5rem 1rem;
      align-items: center;
      padding: 0.8rem 1.1rem;
    }
    .list > li + li {
      border-top: 1px solid var(--line);
    }
    .what {
      flex: 1 1 16rem;
      min-width: 0;
      overflow-wrap: anywhere;
    }
    .name {
      font-weight: 600;
    }
    .actions {
      align-items: center;
    }
    .badge {
      padding: 0.1rem 0.6rem;
      border-radius: 99px;
      background: var(--sunken);
      font-size: 0.85rem;
      font-weight: 570;
    }
    .badge.bad {
      background: var(--danger-wash);
      color: var(--danger);
    }
    .empty {
      display: grid;
      gap: 0.8rem;
      max-width: 46rem;
      padding: clamp(1.5rem, 5vw, 2.6rem);
    }
    dialog {
      --dialog-width: 34rem;
    }
    .stack {
      display: grid;
      gap: 1.05rem;
      margin-top: 1rem;
    }
    .pair {
      display: grid;
      grid-template-columns: 1fr 1fr;
      gap: 0.9rem;
      align-items: end;
    }
    .secret {
      padding: 0.7rem 0.8rem;
      border-radius: var(--radius-small);
      background: var(--sunken);
      font-family: ui-monospace, monospace;
      font-size: 0.92rem;
      overflow-wrap: anywhere;
    }
    @media (max-width: 34rem) {
      .pair {
        grid-template-columns: 1fr;
      }
    }
  `,
];
