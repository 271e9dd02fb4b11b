"""When Siyu runs and with what: definitions, jobs, schedules, sensors, resources, command."""
