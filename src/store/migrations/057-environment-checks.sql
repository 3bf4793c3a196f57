-- What checks of an environment of the server found, the last ones of each. `checked_by` is null for whoever
-- ran the command on the machine.
create table environment_checks (
  id text primary key,
  environment text not null,
  checked_at bigint not null,
  checked_by text,
  report text not null
);
create index environment_checks_by_time on environment_checks (environment, checked_at);
-- One of each was kept here.
delete from settings where key like 'doctor-report:%';
