-- Each hash covers its entry and the hash before it: see store/audit-chain.ts.
create table audit_log (
  sequence bigint primary key,
  at bigint not null,
  actor text not null,
  action text not null,
  subject text not null,
  details text not null,
  previous text not null,
  hash text not null
);

create trigger audit_log_never_changes before update or delete or truncate on audit_log
for each statement execute function refuse_change();
