-- Keys of secrets, each sealed with the master key, which is never in the database.
create table secret_keys (
  number bigint primary key,
  -- Id of the master key.
  master text not null,
  sealed text not null,
  created_at bigint not null
);

-- What must be read again, and by nobody who only has the database.
create table secrets (
  name text primary key,
  key_number bigint not null references secret_keys (number),
  sealed text not null,
  updated_at bigint not null
);

-- What a provider gave at a sign-in is of no use after it, and no longer kept.
update credentials set access_token = null, refresh_token = null, id_token = null;
