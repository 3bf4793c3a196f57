create trigger verdicts_never_change before update on verdicts
begin select raise(abort, 'verdicts are append-only'); end;

create trigger verdicts_never_go before delete on verdicts
begin select raise(abort, 'verdicts are append-only'); end;
