import type { AdapterFactory, AdapterPayload } from 'oidc-provider';

/** What an identity provider keeps, in memory; it lasts while the provider is down or has other keys. */
export function createProviderStore(): AdapterFactory {
  const kept = new Map<string, AdapterPayload>();
  const find = (model: string, fits: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    for (const [key, payload] of kept) if (key.startsWith(`${model}:`) && fits(payload)) return payload;
    return undefined;
  };
  return (model) => ({
    upsert: async (id, payload) => void kept.set(`${model}:${id}`, payload),
    find: async (id) => kept.get(`${model}:${id}`),
    findByUid: async (uid) => find(model, (payload) => payload.uid === uid),
    findByUserCode: async (userCode) => find(model, (payload) => payload.userCode === userCode),
    consume: async (id) => {
      const payload = kept.get(`${model}:${id}`);
      if (payload !== undefined) kept.set(`${model}:${id}`, { ...payload, consumed: Math.floor(Date.now() / 1_000) });
    },
    destroy: async (id) => void kept.delete(`${model}:${id}`),
    revokeByGrantId: async (grantId) => {
      for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key);
    },
  });
}
