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

create trigger audit_log_never_changes before update on audit_log
begin select raise(abort, 'audit_log is append-only'); end;

create trigger audit_log_never_goes before delete on audit_log
begin select raise(abort, 'audit_log is append-only'); end;

-- "insert or replace" deletes without asking the trigger above.
create trigger audit_log_never_replaced before insert on audit_log
when exists (select 1 from audit_log where sequence = new.sequence)
begin select raise(abort, 'audit_log is append-only'); end;
