-- People are told of gates that no change asked, too: of a change, or of a gate.
alter table notifications alter column change drop not null;
alter table notifications add column gate text references gates (id);
alter table notifications add constraint notifications_of_gate unique (person, gate, event_key, kind);
alter table notifications add constraint notifications_of_one check ((change is null) <> (gate is null));
