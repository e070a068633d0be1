import type { Domain } from '../catalog/domain.ts';
import { iam } from './iam/index.ts';
import { inventory } from './inventory/index.ts';
import { metering } from './metering/index.ts';
import { registry } from './registry/index.ts';
import { services } from './services/index.ts';
import { tenancy } from './tenancy/index.ts';

/** Every domain of the catalog, lower ones first. */
export const domains: readonly Domain[] = [iam, tenancy, services, metering, registry, inventory];
