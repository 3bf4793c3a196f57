create trigger gates_never_change before update on gates when old.state = 'done'
begin select raise(abort, 'a gate that has ended never changes'); end;
create trigger gates_never_go before delete on gates
begin select raise(abort, 'gates never go'); end;

create trigger gate_measures_never_change before update on gate_measures
begin select raise(abort, 'gate_measures are append-only'); end;
create trigger gate_measures_never_go before delete on gate_measures
begin select raise(abort, 'gate_measures are append-only'); end;

create trigger gate_charges_never_change before update on gate_charges
begin select raise(abort, 'gate_charges are append-only'); end;
create trigger gate_charges_never_go before delete on gate_charges
begin select raise(abort, 'gate_charges are append-only'); end;

create trigger gate_audits_never_change before update on gate_audits when old.state = 'done'
begin select raise(abort, 'an audit that has ended never changes'); end;
create trigger gate_audits_never_go before delete on gate_audits
begin select raise(abort, 'audits of gates never go'); end;
