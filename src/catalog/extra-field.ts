import type { Sql } from '../platform/db/sql.ts';
import type { JsonFields, ObjectsField } from './fields.ts';
import type { Link, See } from './link.ts';
import type { Walk, WalkShape } from './walk.ts';

interface ExtraBase {
  /** The kind (or abstract type: then every kind of it) that gets the field. */
  readonly on: string;
  readonly name: string;
  readonly description: string;
}

/** A value computed in SQL from the row: sql`${row}.…`; subselects are allowed, cost what they cost, and ask `see`. */
export interface ValueField extends ExtraBase {
  readonly gives: 'value';
  /** A GraphQL scalar name, or the name of a choice's enum. */
  readonly type: 'String' | 'Int' | 'BigInt' | 'Float' | 'Boolean' | 'DateTime' | 'JSON' | (string & {});
  readonly list?: boolean;
  readonly nullable?: boolean;
  /** Lists of the kind can be filtered by it. */
  readonly isFilter?: true;
  readonly value: (row: Sql, see: See) => Sql;
}

/** One small object, or a list of them, computed in SQL from the row as jsonb; it says as much of others as it has members. */
export interface ObjectsValueField extends ExtraBase {
  readonly gives: 'objects';
  readonly objects: ObjectsField;
  readonly value: (row: Sql, see: See) => Sql;
}

/** A related object (nullable: it may be missing or hidden). */
export interface OneField extends ExtraBase {
  readonly gives: 'one';
  /** Kind or abstract type. */
  readonly to: string;
  /** One link per kind it may lead to; a single link when `to` is a kind. */
  readonly link: Link | Readonly<Record<string, Link>>;
}

/**
 * A connection to related objects. A list level is a statement of its own, which knows of the objects above it nothing
 * but their ids: in a `many` link the starting row has the column `id` and no other. What needs another column of it
 * begins with a hop over its own table.
 */
export interface ManyField extends ExtraBase {
  readonly gives: 'many';
  readonly to: string;
  readonly link: Link | Readonly<Record<string, Link>>;
}

/** What is worked out for all objects of a level at once, by several statements (see `Walk`); the keys are their ids. */
export interface WalkField extends ExtraBase {
  readonly gives: 'walk';
  readonly args?: JsonFields;
  readonly walk: Walk;
  readonly shape: WalkShape;
  /** What the field costs beside what is selected of it, counted in objects; by default 1. */
  readonly price?: number;
}

/** A field that a domain adds to a type, its own or one of a lower domain. */
export type ExtraField = ValueField | ObjectsValueField | OneField | ManyField | WalkField;

/** A GraphQL interface over several kinds ("what can hold ports"). */
export interface AbstractType {
  readonly name: string;
  readonly description: string;
  readonly kinds: readonly string[];
}
