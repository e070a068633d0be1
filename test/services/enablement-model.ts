/*
 * Enablement worked out the naive way: every object is changed one step at a time until nothing changes any more.
 */

export interface Offer {
  phase: 'Published' | 'Deprecated' | 'Retired';
  gated: boolean;
  needs: string[];
}

interface Request {
  origin: 'DIRECT' | 'DEPENDENCY';
  phase: 'PENDING_APPROVAL' | 'ACTIVE' | 'REJECTED' | undefined;
}

/** What the producer keeps of a project; of one that is suspended also when it asks no more. */
interface Kept {
  decision: 'APPROVED' | 'DENIED' | undefined;
  suspended: boolean;
}

export class EnablementModel {
  readonly services = new Map<string, Offer>();
  readonly suspended = new Set<string>();
  /** By `project service`. */
  readonly requests = new Map<string, Request>();
  readonly #records = new Map<string, Kept>();

  /** What is refused, or nothing. */
  ask(project: string, service: string): string[] {
    const key = `${project} ${service}`;
    const found = this.requests.get(key);
    if (this.suspended.has(project)) return ['PROJECT_SUSPENDED'];
    const refused = [
      ...(this.#offer(service).phase === 'Published' ? [] : ['SERVICE_NOT_PUBLISHED']),
      ...(found?.origin === 'DIRECT' ? ['DUPLICATE_ENTITLEMENT'] : []),
    ];
    if (refused.length > 0) return refused;
    if (found === undefined || found.phase === 'REJECTED') this.#begin(key, 'DIRECT');
    else found.origin = 'DIRECT';
    return this.#settle();
  }

  withdraw(project: string, service: string): string[] {
    const key = `${project} ${service}`;
    const found = this.requests.get(key);
    if (found?.origin !== 'DIRECT') return ['NOT_FOUND'];
    if (!this.#isNeeded(project, service)) this.#end(key);
    else if (found.phase === 'REJECTED') this.#begin(key, 'DEPENDENCY');
    else found.origin = 'DEPENDENCY';
    return this.#settle();
  }

  decide(project: string, service: string, decision: 'APPROVED' | 'DENIED'): string[] {
    const record = this.#records.get(`${project} ${service}`);
    if (record === undefined) return ['REFERENCE_NOT_FOUND'];
    if (record.decision === 'DENIED' && decision === 'APPROVED') return ['DENIAL_IS_FINAL'];
    record.decision = decision;
    return this.#settle();
  }

  suspendConsumer(project: string, service: string, suspended: boolean): string[] {
    const record = this.#records.get(`${project} ${service}`);
    if (record === undefined) return ['REFERENCE_NOT_FOUND'];
    record.suspended = suspended;
    return [];
  }

  offer(service: string, offer: Offer): string[] {
    this.services.set(service, offer);
    return this.#settle();
  }

  /** As `enablement-world.ts` tells the state. */
  state(): string[] {
    return [...this.requests]
      .map(([key, { phase, origin }]) => {
        const isSuspended = this.#record(key).suspended || this.suspended.has(key.split(' ')[0] ?? '');
        const record = phase === 'REJECTED' ? 'DENIED' : phase;
        return `${key}: ${phase} ${origin}, record ${record}${isSuspended ? ', suspended' : ''}${this.#readiness(key)}`;
      })
      .sort();
  }

  /** How many of all services that it leads to the project may use, of one that is active. */
  #readiness(key: string): string {
    const [project = '', service = ''] = key.split(' ');
    const needed = new Set<string>();
    for (const need of this.#offer(service).needs) needed.add(need);
    // A set goes on with what is added to it on the way.
    for (const one of needed) for (const need of this.#offer(one).needs) needed.add(need);
    if (this.requests.get(key)?.phase !== 'ACTIVE' || needed.size === 0) return '';
    const phases = [...needed].map((one) => this.requests.get(`${project} ${one}`)?.phase);
    const active = phases.filter((phase) => phase === 'ACTIVE').length;
    const waits = phases.includes('REJECTED') ? 'DependencyRejected' : 'DependencyPending';
    return `, ${active === needed.size ? 'DependenciesActive' : waits} ${active} of ${needed.size}`;
  }

  #begin(key: string, origin: Request['origin']): void {
    this.#end(key);
    this.requests.set(key, { origin, phase: undefined });
    if (!this.#records.has(key)) this.#records.set(key, { decision: undefined, suspended: false });
  }

  #end(key: string): void {
    if (!this.requests.delete(key)) return;
    const record = this.#record(key);
    if (record.suspended) record.decision = undefined;
    else this.#records.delete(key);
  }

  #record(key: string): Kept {
    const record = this.#records.get(key);
    if (record === undefined) throw new Error(`there is no record of ${key}`);
    return record;
  }

  #offer(service: string): Offer {
    const offer = this.services.get(service);
    if (offer === undefined) throw new Error(`there is no service ${service}`);
    return offer;
  }

  #isNeeded(project: string, service: string): boolean {
    return [...this.requests].some(([key, { phase }]) => {
      const [where = '', of = ''] = key.split(' ');
      return where === project && phase === 'ACTIVE' && this.#offer(of).needs.includes(service);
    });
  }

  #settle(): [] {
    for (let isMoving = true; isMoving; ) {
      isMoving = false;
      for (const [key, request] of this.requests) {
        const [project = '', service = ''] = key.split(' ');
        const { phase: offered, gated, needs } = this.#offer(service);
        const { decision } = this.#record(key);
        const isOver = request.phase === 'REJECTED' || offered === 'Retired' || decision === 'DENIED';
        const isOn = request.phase === 'ACTIVE' || decision === 'APPROVED' || !gated;
        const phase = isOver ? 'REJECTED' : isOn ? 'ACTIVE' : 'PENDING_APPROVAL';
        if (phase !== request.phase) {
          request.phase = phase;
          isMoving = true;
        }
        for (const need of phase === 'ACTIVE' ? needs : []) {
          if (this.requests.has(`${project} ${need}`)) continue;
          this.#begin(`${project} ${need}`, 'DEPENDENCY');
          isMoving = true;
        }
        if (request.origin === 'DEPENDENCY' && !this.#isNeeded(project, service)) {
          this.#end(key);
          isMoving = true;
        }
      }
    }
    return [];
  }
}
