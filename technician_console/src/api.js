// The only user of fetch: the HTTP API of the broker, with one quiet renewal of the sign-in.

/** @typedef {import("./protocol.js").AccountView} AccountView */
/** @typedef {import("./protocol.js").SessionView} SessionView */
/** @typedef {import("./protocol.js").SessionList} SessionList */
/** @typedef {import("./protocol.js").SessionQuery} SessionQuery */
/** @typedef {import("./protocol.js").EventList} EventList */
/** @typedef {import("./protocol.js").JoinCodeIssued} JoinCodeIssued */
/** @typedef {import("./protocol.js").Capability} Capability */
/** @typedef {import("./protocol.js").ErrorCode | "offline"} FaultCode */

const BASE = "/api/v1";
/** An answer that takes longer than this is none: the network may be gone. */
const PATIENCE_MS = 30_000;

/** An answer that is an error, by its `code` (RFC 9457); `offline` when there was no answer. */
export class ApiProblem extends Error {
  /**
   * @param {FaultCode} code
   * @param {number} status 0 when there was no answer
   * @param {string} detail
   * @param {import("./protocol.js").ProofChallenge | null} [challenge] with `proof_needed`: what to compute first
   */
  constructor(code, status, detail, challenge = null) {
    super(detail);
    this.name = "ApiProblem";
    this.code = code;
    this.status = status;
    this.challenge = challenge;
  }
}

/** The broker's HTTP API. A 401 is answered by renewing the sign-in once, then told to the caller. */
export class Api {
  /** @type {Promise<boolean> | null} */
  #renewal = null;
  #fetch;
  /** The broker's clock minus this browser's, to the second, as of the last answer. */
  clockOffsetMs = 0;

  /** @param {typeof fetch} [fetchImplementation] */
  constructor(fetchImplementation = globalThis.fetch.bind(globalThis)) {
    this.#fetch = fetchImplementation;
  }

  /** @returns {Promise<AccountView>} */
  me = () => this.#call("GET", "/me");

  /** @param {string} email @param {string} password @returns {Promise<AccountView>} */
  signIn = (email, password) => this.#once("POST", "/auth/sign-in", { email, password });

  /** @param {import("./protocol.js").Setup} setup @returns {Promise<AccountView>} */
  setUp = (setup) => this.#once("POST", "/setup", setup);

  /** Refused (`not_found`) once there is an admin. @returns {Promise<void>} */
  awaitsSetUp = () => this.#once("GET", "/setup");

  /** @returns {Promise<void>} */
  signOut = () => this.#once("POST", "/auth/sign-out");

  /** @param {SessionQuery} query @returns {Promise<SessionList>} */
  sessions = (query) => this.#call("GET", `/sessions${queryString(query)}`);

  /** @param {string} id @returns {Promise<SessionView>} */
  session = (id) => this.#call("GET", `/sessions/${id}`);

  /** @param {string} ticketId @param {Capability[]} capabilities @returns {Promise<JoinCodeIssued>} */
  createSession = (ticketId, capabilities) =>
    this.#call("POST", "/sessions", { ticket_id: ticketId, capabilities });

  /** What opens the websocket of a session, once. @param {string} id @param {AbortSignal} [given] @returns {Promise<string>} */
  socketTicket = async (id, given) => (await this.#call("POST", `/sessions/${id}/ticket`, undefined, given)).ticket;

  /** @param {string} id @returns {Promise<JoinCodeIssued>} */
  issueCode = (id) => this.#call("POST", `/sessions/${id}/code`);

  /** @returns {Promise<import("./protocol.js").Colleagues>} */
  colleagues = () => this.#call("GET", "/colleagues");

  /** @returns {Promise<import("./protocol.js").Door>} */
  door = () => this.#call("GET", "/door");

  /** @param {string} id @param {string} accountId @returns {Promise<SessionView>} */
  invite = (id, accountId) => this.#call("POST", `/sessions/${id}/invitations`, { account_id: accountId });

  /** @param {string} id @param {string} accountId @returns {Promise<SessionView>} */
  handOver = (id, accountId) => this.#call("POST", `/sessions/${id}/hand-over`, { account_id: accountId });

  /** @param {string} id @param {string} accountId @returns {Promise<SessionView>} */
  withdraw = (id, accountId) => this.#call("POST", `/sessions/${id}/withdraw`, { account_id: accountId });

  /** @param {string} id @returns {Promise<SessionView>} */
  putBack = (id) => this.#call("POST", `/sessions/${id}/put-back`);

  /** @param {string} id @param {import("./protocol.js").EntryPurpose} purpose @returns {Promise<SessionView>} */
  enter = (id, purpose) => this.#call("POST", `/sessions/${id}/enter`, { purpose });

  /** @param {string} id @returns {Promise<void>} */
  leave = (id) => this.#call("POST", `/sessions/${id}/leave`);

  /** @param {string} id @returns {Promise<import("./protocol.js").NoteList>} */
  notes = (id) => this.#call("GET", `/sessions/${id}/notes`);

  /** @param {string} id @param {string} text @returns {Promise<import("./protocol.js").NoteView>} */
  addNote = (id, text) => this.#call("POST", `/sessions/${id}/notes`, { text });

  /** @param {string} id @returns {Promise<import("./protocol.js").SessionSummary>} */
  summary = (id) => this.#call("GET", `/sessions/${id}/summary`);

  /**
   * What goes on now, unless that is what was answered before (RFC 9110, section 13.1.2).
   * @param {string | null} known the ETag of that answer
   * @returns {Promise<{etag: string | null, sessions: import("./protocol.js").LiveSession[]} | null>} null: as before
   */
  liveSessions = (known) => this.#changed("/live", known);

  /** @param {string} id @param {string} reason @returns {Promise<SessionView>} */
  endLiveSession = (id, reason) => this.#call("POST", `/live/${id}/end`, { reason });

  /** @param {string} accountId @param {string} reason @returns {Promise<import("./protocol.js").SessionsEnded>} */
  endSessionsOf = (accountId, reason) => this.#call("POST", `/accounts/${accountId}/end-sessions`, { reason });

  /** @param {string} id @returns {Promise<SessionView>} */
  endSession = (id) => this.#call("POST", `/sessions/${id}/end`);

  /** @param {string} id @param {string | null} cursor @returns {Promise<EventList>} */
  events = (id, cursor) => this.#call("GET", `/sessions/${id}/events${queryString({ cursor })}`);

  /** For auditors and admins. @param {object} query an `AuditSearchQuery` @returns {Promise<import("./protocol.js").AuditRecordList>} */
  auditRecords = (query) => this.#call("GET", `/audit/events${queryString(query)}`);

  /** @param {object} query a `MeasureQuery` @returns {Promise<import("./protocol.js").Measures>} */
  measures = (query) => this.#call("GET", `/reports/sessions${queryString(query)}`);

  /** @param {string} id @param {string | null} cursor @returns {Promise<import("./protocol.js").TranscriptPage>} */
  transcript = (id, cursor) => this.#call("GET", `/sessions/${id}/transcript${queryString({ cursor, limit: 500 })}`);

  /** What the connection is tried with before any session. @returns {Promise<import("./protocol.js").IceServers>} */
  iceServers = () => this.#call("GET", "/ice-servers");

  /** @returns {Promise<import("./protocol.js").ReplyList>} */
  replies = () => this.#call("GET", "/replies");

  /** @param {import("./protocol.js").SaveReply} reply @returns {Promise<import("./protocol.js").ReplyView>} */
  createReply = (reply) => this.#call("POST", "/replies", reply);

  /** @param {string} id @param {import("./protocol.js").ChangeReply} change @returns {Promise<import("./protocol.js").ReplyView>} */
  changeReply = (id, change) => this.#call("POST", `/replies/${id}`, change);

  /** @param {string} id @returns {Promise<void>} */
  deleteReply = (id) => this.#call("POST", `/replies/${id}/delete`);

  /**
   * @param {string} code
   * @param {import("./protocol.js").ProofOfWork} [proof] of the challenge that came with `proof_needed`
   * @returns {Promise<import("./protocol.js").JoinPreview>}
   */
  preview = (code, proof) => this.#once("POST", "/join", proof ? { code, proof } : { code });

  /** @param {import("./protocol.js").ReportSession} report @returns {Promise<void>} */
  report = (report) => this.#once("POST", "/reports", report);

  /** For admins. @returns {Promise<import("./protocol.js").ReportList>} */
  reports = () => this.#call("GET", "/reports");

  /** @param {string} id of the session @returns {Promise<import("./protocol.js").ReportView>} */
  seeReport = (id) => this.#call("POST", `/reports/${id}/seen`);

  /** What one's next session may do. @returns {Promise<import("./protocol.js").OwnPolicy>} */
  ownPolicy = () => this.#call("GET", "/me/policy");

  /** @param {import("./protocol.js").AcceptInvitation} accepted @returns {Promise<AccountView>} */
  acceptInvitation = (accepted) => this.#once("POST", "/auth/invitation", accepted);

  /** @returns {Promise<import("./protocol.js").AccountList>} */
  accounts = () => this.#call("GET", "/accounts");

  /** @param {import("./protocol.js").InviteAccount} account @returns {Promise<import("./protocol.js").InvitationIssued>} */
  inviteAccount = (account) => this.#call("POST", "/accounts", account);

  /** @param {string} id @returns {Promise<import("./protocol.js").InvitationIssued>} */
  inviteAgain = (id) => this.#call("POST", `/accounts/${id}/invitation`);

  /** @param {string} id @param {import("./protocol.js").Role} role @returns {Promise<import("./protocol.js").AccountEntry>} */
  changeRole = (id, role) => this.#call("POST", `/accounts/${id}/role`, { role });

  /** @param {string} id @returns {Promise<import("./protocol.js").AccountEntry>} */
  disableAccount = (id) => this.#call("POST", `/accounts/${id}/disable`);

  /** @param {string} id @returns {Promise<import("./protocol.js").AccountEntry>} */
  enableAccount = (id) => this.#call("POST", `/accounts/${id}/enable`);

  /** @param {string} id @returns {Promise<import("./protocol.js").AccountEntry>} */
  signOutAccount = (id) => this.#call("POST", `/accounts/${id}/sign-out`);

  /** @returns {Promise<import("./protocol.js").GroupList>} */
  groups = () => this.#call("GET", "/groups");

  /** @param {import("./protocol.js").SaveGroup} group @returns {Promise<import("./protocol.js").GroupView>} */
  createGroup = (group) => this.#call("POST", "/groups", group);

  /** @param {string} id @param {import("./protocol.js").ChangeGroup} group @returns {Promise<import("./protocol.js").GroupView>} */
  changeGroup = (id, group) => this.#call("POST", `/groups/${id}`, group);

  /** @param {string} id @returns {Promise<void>} */
  deleteGroup = (id) => this.#call("POST", `/groups/${id}/delete`);

  /** @param {string} id @param {string} accountId @returns {Promise<import("./protocol.js").GroupView>} */
  addMember = (id, accountId) => this.#call("POST", `/groups/${id}/members`, { account_id: accountId });

  /** @param {string} id @param {string} accountId @returns {Promise<import("./protocol.js").GroupView>} */
  removeMember = (id, accountId) => this.#call("POST", `/groups/${id}/members/remove`, { account_id: accountId });

  /** @returns {Promise<import("./protocol.js").TokenList>} */
  tokens = () => this.#call("GET", "/tokens");

  /** @param {import("./protocol.js").MakeToken} token @returns {Promise<import("./protocol.js").TokenMade>} */
  makeToken = (token) => this.#call("POST", "/tokens", token);

  /** @param {string} id @returns {Promise<void>} */
  deleteToken = (id) => this.#call("DELETE", `/tokens/${id}`);

  /** @returns {Promise<import("./protocol.js").ClientDownloads>} */
  downloads = () => this.#once("GET", "/downloads");

  /**
   * The words of a language (static/locales).
   * @param {string} language
   * @returns {Promise<Record<string, string>>}
   */
  catalogue = (language) => this.#send("GET", `/static/locales/${language}.json`).then((answer) => answer.json());

  /** @param {string} path @param {string | null} known */
  #changed(path, known) {
    return this.#renewing(async () => {
      const answer = await this.#send("GET", BASE + path, undefined, undefined, known ? { "If-None-Match": known } : {});
      this.#compareClocks(answer.headers.get("Date"));
      if (answer.status === 304) return null;
      if (!answer.ok) throw await problemOf(answer);
      return { ...(await answer.json()), etag: answer.headers.get("ETag") };
    });
  }

  /**
   * @param {string} method @param {string} path @param {object} [body] @param {AbortSignal} [given]
   * @returns {Promise<any>}
   */
  #call(method, path, body, given) {
    return this.#renewing(() => this.#once(method, path, body, given));
  }

  /** @template T @param {() => Promise<T>} ask */
  async #renewing(ask) {
    try {
      return await ask();
    } catch (problem) {
      if (!isSignedOut(problem) || !(await this.#renew())) throw problem;
      return ask();
    }
  }

  /**
   * @param {string} method @param {string} path @param {object} [body] @param {AbortSignal} [given]
   * @returns {Promise<any>}
   */
  async #once(method, path, body, given) {
    const answer = await this.#send(method, BASE + path, body, given);
    this.#compareClocks(answer.headers.get("Date"));
    if (!answer.ok) throw await problemOf(answer);
    return answer.status === 204 ? undefined : answer.json();
  }

  /** @param {string} method @param {string} url @param {object} [body] @param {AbortSignal} [given] @param {Record<string, string>} [headers] */
  async #send(method, url, body, given, headers = {}) {
    try {
      return await this.#fetch(url, {
        method,
        credentials: "same-origin",
        headers: body ? { "Content-Type": "application/json", ...headers } : headers,
        body: body ? JSON.stringify(body) : null,
        signal: given ?? AbortSignal.timeout(PATIENCE_MS),
      });
    } catch (error) {
      throw new ApiProblem("offline", 0, String(error));
    }
  }

  /** @param {string | null} date the `Date` header (RFC 9110, section 6.6.1) */
  #compareClocks(date) {
    if (date) this.clockOffsetMs = Date.parse(date) - Date.now();
  }

  /** @returns {Promise<import("./protocol.js").SystemState>} */
  system = () => this.#call("GET", "/system");

  /** @returns {Promise<import("./protocol.js").Branding>} */
  branding = () => this.#once("GET", "/branding");

  /** @param {import("./protocol.js").SaveBranding} wanted @returns {Promise<import("./protocol.js").Branding>} */
  changeBranding = (wanted) => this.#call("PUT", "/branding", wanted);

  /** @param {string | null} png in base64 @returns {Promise<import("./protocol.js").Branding>} */
  changeLogo = (png) => this.#call("PUT", "/branding/logo", { png });

  /** @returns {Promise<import("./protocol.js").SavedFilters>} */
  savedFilters = () => this.#call("GET", "/me/audit-filters");

  /** @param {import("./protocol.js").SavedFilter[]} filters all of them @returns {Promise<import("./protocol.js").SavedFilters>} */
  keepSavedFilters = (filters) => this.#call("PUT", "/me/audit-filters", { filters });

  /** Renew the sign-in: one attempt for all that wait, and one tab at a time. */
  #renew() {
    this.#renewal ??= alone("handrail.renewal", () => this.#renewUnlessDone()).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  /** A refresh token works once: another tab may just have used it, and then all is well already. */
  async #renewUnlessDone() {
    return (await this.#succeeds("GET", "/me")) || this.#succeeds("POST", "/auth/refresh");
  }

  /** @param {string} method @param {string} path */
  async #succeeds(method, path) {
    try {
      await this.#once(method, path);
      return true;
    } catch (problem) {
      if (isSignedOut(problem)) return false;
      throw problem;
    }
  }
}

/** @param {unknown} problem */
export const isSignedOut = (problem) =>
  problem instanceof ApiProblem && problem.status === 401 && problem.code !== "sign_in_failed";

/**
 * Run a task in one tab at a time, where the browser can (a secure context).
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
function alone(name, task) {
  const locks = globalThis.navigator?.locks;
  return /** @type {Promise<T>} */ (locks ? locks.request(name, task) : task());
}

/** @param {Response} answer */
async function problemOf(answer) {
  const body = await answer.json().catch(() => ({}));
  const fallback = answer.status === 401 ? "not_signed_in" : "internal";
  return new ApiProblem(body.code ?? fallback, answer.status, body.detail ?? answer.statusText, body.challenge);
}

/** @param {object} query */
function queryString(query) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : "";
}
