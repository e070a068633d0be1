-- What columns need, so it comes before the tables.

-- The order of what is numbered: `rack-2` before `rack-10`.
create collation natural_order (provider = icu, locale = 'und-u-kn-true');

-- The instant of the write that the transaction is, the same for all it stores and for what history says of it; set by
-- `beginWriting` (src/catalog/transaction.ts) once no other write can come before it. Without a write, that of the transaction.
create function write_instant() returns timestamptz language sql stable as $$
  select coalesce(nullif(current_setting('catalog.write_instant', true), '')::timestamptz, now())
$$;
