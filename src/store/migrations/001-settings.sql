create table settings (
  key text primary key,
  value text not null,
  updated_at bigint not null
);
