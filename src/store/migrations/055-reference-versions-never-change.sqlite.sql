create trigger reference_versions_never_change before update on reference_versions
begin select raise(abort, 'what others were compared with never changes'); end;
create trigger reference_versions_never_go before delete on reference_versions
begin select raise(abort, 'what others were compared with never changes'); end;
