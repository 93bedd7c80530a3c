-- Prints what was measured as whole numbers: wrk's own text rounds. It runs once, after the load, and costs no request anything.
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('report %d %d %d %d %d %d %d %d %d\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect, errors.read, errors.write, errors.timeout, errors.status))
end
