-- Accounts, as better-auth keeps them: it writes times as ISO 8601 text. `roles` is JSON.
create table people (
  id text primary key,
  name text not null,
  email text not null unique,
  email_verified integer not null,
  image text,
  roles text not null,
  created_at text not null,
  updated_at text not null
);

create table sessions (
  id text primary key,
  person text not null references people (id) on delete cascade,
  token text not null unique,
  expires_at text not null,
  ip_address text,
  user_agent text,
  created_at text not null,
  updated_at text not null
);
create index sessions_by_person on sessions (person);

-- How somebody signs in: a hashed password, or an account at an identity provider.
create table credentials (
  id text primary key,
  person text not null references people (id) on delete cascade,
  provider text not null,
  account text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at text,
  refresh_token_expires_at text,
  scope text,
  password text,
  created_at text not null,
  updated_at text not null,
  unique (provider, account)
);
create index credentials_by_person on credentials (person);

-- Invitations, password resets, sign-ins under way.
create table verifications (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at text not null,
  created_at text not null,
  updated_at text not null
);
create index verifications_by_identifier on verifications (identifier);
