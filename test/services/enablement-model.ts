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
  decision: 'APPROVED' | 'DENIED' | undefined;
  suspended: boolean;
}

const fresh = (origin: Request['origin']): Request => ({
  origin,
  phase: undefined,
  decision: undefined,
  suspended: false,
});

export class EnablementModel {
  readonly services = new Map<string, Offer>();
  readonly suspended = new Set<string>();
  /** By `project service`. */
  readonly requests = new Map<string, Request>();

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
    if (found === undefined || found.phase === 'REJECTED') this.requests.set(key, fresh('DIRECT'));
    else found.origin = 'DIRECT';
    return this.#settle();
  }

  withdraw(project: string, service: string): string[] {
    const key = `${project} ${service}`;
    const found = this.requests.get(key);
    if (found?.origin !== 'DIRECT') return ['NOT_FOUND'];
    if (!this.#isNeeded(project, service)) this.requests.delete(key);
    else if (found.phase === 'REJECTED') this.requests.set(key, fresh('DEPENDENCY'));
    else found.origin = 'DEPENDENCY';
    return this.#settle();
  }

  decide(project: string, service: string, decision: 'APPROVED' | 'DENIED'): string[] {
    const found = this.requests.get(`${project} ${service}`);
    if (found === undefined) return ['REFERENCE_NOT_FOUND'];
    if (found.decision === 'DENIED' && decision === 'APPROVED') return ['DENIAL_IS_FINAL'];
    found.decision = decision;
    return this.#settle();
  }

  suspendConsumer(project: string, service: string, suspended: boolean): string[] {
    const found = this.requests.get(`${project} ${service}`);
    if (found === undefined) return ['REFERENCE_NOT_FOUND'];
    found.suspended = suspended;
    return [];
  }

  offer(service: string, offer: Offer): string[] {
    this.services.set(service, offer);
    return this.#settle();
  }

  /** As `enablement-world.ts` tells the state. */
  state(): string[] {
    return [...this.requests]
      .map(([key, { phase, origin, suspended }]) => {
        const isSuspended = suspended || this.suspended.has(key.split(' ')[0] ?? '');
        const record = phase === 'REJECTED' ? 'DENIED' : phase;
        return `${key}: ${phase} ${origin}, record ${record}${isSuspended ? ', suspended' : ''}`;
      })
      .sort();
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
        const isOver = request.phase === 'REJECTED' || offered === 'Retired' || request.decision === 'DENIED';
        const isOn = request.phase === 'ACTIVE' || request.decision === 'APPROVED' || !gated;
        const phase = isOver ? 'REJECTED' : isOn ? 'ACTIVE' : 'PENDING_APPROVAL';
        if (phase !== request.phase) {
          request.phase = phase;
          isMoving = true;
        }
        for (const need of phase === 'ACTIVE' ? needs : []) {
          if (this.requests.has(`${project} ${need}`)) continue;
          this.requests.set(`${project} ${need}`, fresh('DEPENDENCY'));
          isMoving = true;
        }
        if (request.origin === 'DEPENDENCY' && !this.#isNeeded(project, service)) {
          this.requests.delete(key);
          isMoving = true;
        }
      }
    }
    return [];
  }
}
