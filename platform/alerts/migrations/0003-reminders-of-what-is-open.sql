-- What was open before there were reminders is reminded of too, from now on, as soon as its severity asks.
update alerts set remind_at = now() + case severity when 5 then interval '5 minutes' when 4 then interval '15 minutes'
    else interval '1 hour' end
  where state = 'open' and condition = 'on' and severity >= 3 and remind_at is null and snoozed_until is null;
