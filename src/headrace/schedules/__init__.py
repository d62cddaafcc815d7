"""Why a run starts, by the clock: cron, intervals, polling, time-based resumes. Nothing is here yet."""
