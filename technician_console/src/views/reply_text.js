// How the text of a canned reply looks: what was filled in, what nobody knows, and what is no field.
import { css } from "../../../static/vendor/lit.js";

export const replyText = css`
  .text {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  mark {
    background: none;
    color: inherit;
    font-weight: 600;
  }
  mark.missing,
  mark.unknown {
    padding: 0 0.2em;
    border-radius: 3px;
    background: var(--warn-wash);
    color: var(--warn);
    border-bottom: 2px solid currentColor;
  }
  mark.unknown {
    border-bottom-style: dotted;
  }
`;
