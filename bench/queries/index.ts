import type { Size } from '../sizes.ts';
import { q1 } from './q1-device.ts';
import { q2 } from './q2-projects.ts';
import { q3 } from './q3-rack.ts';
import { q4 } from './q4-services.ts';
import { q5 } from './q5-labels.ts';
import { q6 } from './q6-ports.ts';
import type { Query } from './query.ts';

export const queriesFor = (size: Size): readonly Query[] => [q1(size), q2, q3(size), q4, q5, q6(size)];
