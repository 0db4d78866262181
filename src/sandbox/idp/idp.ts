import type { IdpStatus } from "../admin.ts";
import type { Clock } from "../records/clock.ts";
import { type Records, RefusedEdit } from "../records/records.ts";
import { Cycles, RECYCLE_BIN_MS } from "./cycle.ts";
import type { Dialect } from "./dialect.ts";
import { createEntra } from "./entra.ts";
import { type Changed, IdpDirectory } from "./idp-directory.ts";
import type { IdpSettings } from "./idp-settings.ts";
import { createOkta } from "./okta.ts";
import { keyOf, Provisioner } from "./provisioner.ts";
import { isAllowedTarget, type LoggedRequest, ScimClient, type Target } from "./scim-client.ts";

type Sources = { readonly records: Records; readonly clock: Clock; readonly settings: IdpSettings };

const MINUTE = 60_000;
/** Enough for the first cycle of a demo; a log of everything would grow with each cycle. */
const LOGGED_MAX = 10_000;
/** Microsoft's flag in the tenant URL. */
const COMPLIANCE_FLAG = "aadoptscim062020";

/**
 * The company's identity provider. It provisions its users and groups over SCIM into one service.
 *
 *     an edit ─▶ directory ─▶ changes ─▶ Okta: at once       ─▶ dialect ─▶ SCIM ─▶ the service
 *                                        Entra ID: next cycle
 *
 * Until an administrator connects it to a service, it costs nothing.
 */
export class Idp implements Disposable {
  readonly #sources: Sources;
  readonly #closing = new AbortController();
  readonly #logged: LoggedRequest[] = [];
  readonly #changed = new Map<string, Changed>();
  readonly #timer: NodeJS.Timeout;
  readonly #cycles: Cycles;
  #directory: IdpDirectory | undefined;
  #provisioner: Provisioner | undefined;
  #target: Target | null = null;
  #run: Promise<void> = Promise.resolve();

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#cycles = new Cycles(sources.settings.entra);
    this.#timer = setInterval(() => this.onClockMoved(), MINUTE).unref();
  }

  get directory(): IdpDirectory {
    if (this.#directory) return this.#directory;
    const { records, clock, settings } = this.#sources;
    const directory = new IdpDirectory({ records, clock, vendor: settings.vendor });
    directory.observe((changed) => {
      this.#mark(changed);
      if (settings.vendor === "okta") this.#start();
    });
    this.#directory = directory;
    return directory;
  }

  get logged(): readonly LoggedRequest[] {
    return this.#logged;
  }

  scimIdOf(userId: string): string | null {
    return this.#provisioning.scimIdOf(userId);
  }

  /** "Test connection", and then the start of provisioning. Rejects when the test fails. */
  async connect(target: Target): Promise<void> {
    if (!isAllowedTarget(target.url))
      throw new RefusedEdit("The sandbox provisions into services on this machine only: use a loopback URL.");
    await this.#run;
    const { scim, dialect } = this.#open(target);
    try {
      await dialect.testConnection(scim);
    } catch (error) {
      throw new RefusedEdit(`The test of the connection failed: ${messageOf(error)}`);
    }
    if (target.url !== this.#target?.url) this.#provisioning.clear();
    this.#target = target;
    this.restart();
  }

  /** No more requests; users stay at the service. */
  disconnect(): void {
    this.#target = null;
  }

  /** A full cycle from now on, without quarantine: "Restart provisioning", or "Force sync". */
  restart(): void {
    this.#cycles.restart(this.#sources.clock.now());
    for (const { id } of this.directory.users()) this.#mark({ kind: "user", id });
    for (const { id } of this.directory.groups()) this.#mark({ kind: "group", id });
    this.#start();
  }

  /** "Provision on demand": one user, at once. Microsoft's flag does not apply to it. */
  async provisionOnDemand(userId: string): Promise<void> {
    this.directory.user(userId);
    if (!this.#target) throw new RefusedEdit("The identity provider is not connected to a service.");
    await this.#run;
    const url = new URL(this.#target.url);
    url.search = "";
    const session = this.#open({ ...this.#target, url: url.href });
    const failure = await this.#provisioning.provisionOne(session, userId);
    if (failure) throw new RefusedEdit(failure.reason);
  }

  /** Starts the due cycle; call it after moving the clock. */
  onClockMoved(): void {
    if (!this.#target || !this.#directory) return;
    this.#directory.emptyRecycleBin(RECYCLE_BIN_MS);
    if (this.#cycles.isDue(this.#sources.clock.now())) this.#start();
  }

  /** Resolves when nothing is under way. It does not wait for a later cycle. */
  async settle(): Promise<void> {
    for (let run = this.#run; ; run = this.#run) {
      await run;
      if (run === this.#run) return;
    }
  }

  status(): IdpStatus {
    const { vendor } = this.#sources.settings;
    const { quarantine, nextAt } = this.#cycles;
    const isCycling = vendor === "entra" && this.#target !== null && nextAt !== null;
    return {
      vendor,
      target: this.#target?.url ?? null,
      users: this.directory.users().length,
      provisionedUsers: this.#provisioning.provisionedUsers,
      failures: [...this.#provisioning.failures.values()],
      nextCycleAt: isCycling ? new Date(nextAt).toISOString() : null,
      quarantine:
        quarantine === null || quarantine === "disabled"
          ? quarantine
          : { reason: quarantine.reason, since: new Date(quarantine.since).toISOString() },
    };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#target = null;
    this.#closing.abort();
  }

  get #provisioning(): Provisioner {
    const { groups, parallelRequests } = this.#sources.settings;
    this.#provisioner ??= new Provisioner({ directory: this.directory, groups, parallelRequests });
    return this.#provisioner;
  }

  #mark(changed: Changed): void {
    this.#changed.set(keyOf(changed), changed);
  }

  /** One run after the other, so that no two of them write one user. */
  #start(): void {
    this.#run = this.#run
      .then(() => this.#cycle())
      .catch((error: unknown) => {
        if (!this.#closing.signal.aborted) throw error;
      });
  }

  /** Okta sends what has changed whenever something has; Entra ID does when a cycle is due. */
  async #cycle(): Promise<void> {
    const target = this.#target;
    if (!target) return;
    const isEntra = this.#sources.settings.vendor === "entra";
    if (isEntra && !this.#cycles.isDue(this.#sources.clock.now())) return;
    this.#cycles.begin();
    if (isEntra) this.#markFailuresDue();
    const changes = [...this.#changed.values()];
    this.#changed.clear();
    const fatal = await this.#provisioning.provision(this.#open(target), changes);
    if (!isEntra) return;
    // What a fatal failure has stopped is still to be done.
    if (fatal !== null) for (const changed of changes) this.#mark(changed);
    const failed = changes.filter((changed) => this.#provisioning.failures.has(keyOf(changed))).length;
    this.#cycles.end({ done: changes.length - failed, failed, fatal }, this.#sources.clock.now());
  }

  #markFailuresDue(): void {
    for (const { kind, id, times } of this.#provisioning.failures.values())
      if (this.#cycles.isRetryDue(times)) this.#mark({ kind, id });
  }

  #open(target: Target): { readonly scim: ScimClient; readonly dialect: Dialect } {
    const { settings } = this.#sources;
    const dialect = dialectOf(settings, target.url);
    const scim = new ScimClient({
      target,
      headers: dialect.headers,
      settings,
      signal: this.#closing.signal,
      onAnswer: (logged) => {
        this.#logged.push(logged);
        if (this.#logged.length > LOGGED_MAX) this.#logged.shift();
      },
    });
    return { scim, dialect };
  }
}

function dialectOf({ vendor, okta, entra }: IdpSettings, url: string): Dialect {
  if (vendor === "okta") return createOkta(okta);
  const flags = [...new URL(url).searchParams.keys()].map((key) => key.toLowerCase());
  return createEntra({ ...entra, isCompliant: flags.includes(COMPLIANCE_FLAG) });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
