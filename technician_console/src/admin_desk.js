// What admins keep: accounts, groups and what they allow; and the API tokens of everybody who is signed in.

/** @typedef {import("./api.js").FaultCode} FaultCode */
/** @typedef {import("./protocol.js").AccountEntry} AccountEntry */
/** @typedef {import("./protocol.js").GroupView} GroupView */
/** @typedef {import("./protocol.js").TokenView} TokenView */
/** @typedef {"accounts" | "groups" | "tokens"} Page */
/** @typedef {{kind: "link" | "token", text: string, name: string, until: string}} Secret what is shown this once */
/**
 * @typedef {object} AdminState
 * @property {AccountEntry[]} accounts
 * @property {GroupView[]} groups
 * @property {TokenView[]} tokens
 * @property {import("./protocol.js").Scope[]} scopes what one's own tokens could be for
 * @property {boolean} loaded
 * @property {boolean} busy
 * @property {FaultCode | null} problem
 * @property {{id: string | null} | null} draft the form that is open; null as id: for something new
 * @property {Secret | null} secret
 */
/**
 * @typedef {object} DeskParts
 * @property {import("./api.js").Api} api
 * @property {() => AdminState} state
 * @property {(change: Partial<AdminState>) => void} show
 * @property {(problem: unknown) => FaultCode | null} told
 */

/** @type {AdminState} */
export const NO_ADMIN = {
  ...{ accounts: [], groups: [], tokens: [], scopes: [], loaded: false, busy: false, problem: null, draft: null, secret: null },
};

export class AdminDesk {
  #parts;
  /** @type {Page} */
  #page = "accounts";

  /** @param {DeskParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** What each intent does. @type {Record<string, (intent: any) => unknown>} */
  #intents = {
    "admin.draft": ({ id }) => this.#parts.show({ draft: { id }, problem: null, secret: null }),
    "admin.leave": () => this.#parts.show({ draft: null, secret: null, problem: null }),
    "admin.account.invite": ({ account }) => this.#submit(async (api) => this.#linked(await api.inviteAccount(account))),
    "admin.account.link": ({ id }) => this.#submit(async (api) => this.#linked(await api.inviteAgain(id))),
    "admin.account.role": ({ id, role }) => this.#submit((api) => api.changeRole(id, role)),
    "admin.account.disable": ({ id }) => this.#submit((api) => api.disableAccount(id)),
    "admin.account.enable": ({ id }) => this.#submit((api) => api.enableAccount(id)),
    "admin.account.sign-out": ({ id }) => this.#submit((api) => api.signOutAccount(id)),
    "admin.group.save": ({ id, group }) => this.#submit((api) => (id ? api.changeGroup(id, group) : api.createGroup(group))),
    "admin.group.delete": ({ id }) => this.#submit((api) => api.deleteGroup(id)),
    "admin.member.add": ({ id, accountId }) => this.#submit((api) => api.addMember(id, accountId)),
    "admin.member.remove": ({ id, accountId }) => this.#submit((api) => api.removeMember(id, accountId)),
    "admin.token.make": ({ token }) => this.#submit(async (api) => this.#made(await api.makeToken(token))),
    "admin.token.delete": ({ id }) => this.#submit((api) => api.deleteToken(id)),
  };

  /** @param {{type: string}} intent */
  act(intent) {
    return this.#intents[intent.type]?.(intent);
  }

  /** Show a page as the broker has it now. @param {Page} page */
  async open(page) {
    this.#page = page;
    this.#parts.show(NO_ADMIN);
    try {
      await this.#fetch();
    } catch (problem) {
      this.#parts.show({ loaded: true, problem: this.#parts.told(problem) });
    }
  }

  async #fetch() {
    const { api } = this.#parts;
    if (this.#page === "tokens") {
      this.#parts.show({ ...(await api.tokens()), loaded: true });
      return;
    }
    const [{ accounts }, { groups }] = await Promise.all([api.accounts(), api.groups()]);
    this.#parts.show({ accounts, groups, loaded: true });
  }

  /** Send a change; the form stays open with what is wrong. @param {(api: import("./api.js").Api) => Promise<unknown>} request */
  async #submit(request) {
    if (this.#parts.state().busy) return;
    this.#parts.show({ busy: true, problem: null });
    try {
      const secret = await request(this.#parts.api);
      await this.#fetch();
      this.#parts.show({ busy: false, draft: null, secret: isSecret(secret) ? secret : null });
    } catch (problem) {
      this.#parts.show({ busy: false, problem: this.#parts.told(problem) });
    }
  }

  /** @param {import("./protocol.js").InvitationIssued} issued @returns {Secret} */
  #linked({ account, link, expires_at: until }) {
    return { kind: "link", text: link, name: account.name, until };
  }

  /** @param {import("./protocol.js").TokenMade} made @returns {Secret} */
  #made({ token, view }) {
    return { kind: "token", text: token, name: view.name, until: view.expires_at };
  }
}

/** @param {unknown} answer @returns {answer is Secret} */
const isSecret = (answer) => typeof answer === "object" && answer !== null && "kind" in answer;
