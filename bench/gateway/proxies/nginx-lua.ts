import { missingNginx, nginxCommand, nginxMain, nginxModules, nginxUpstream } from './nginx.ts';
import type { ProxyDescriptor } from './proxy.ts';

const MODULES = ['ndk_http_module', 'ngx_http_lua_module'];

/** What a gateway on nginx does for each request, written by hand for this one case, in Lua only what
 * nginx has no directive for: about the least that such a chain can cost. */
export const nginxLua: ProxyDescriptor = {
  name: 'nginx-lua',
  title: 'nginx + Lua',
  chain: 'full',
  proof: 'access-control-allow-origin',
  logs: ['access.log'],
  missing() {
    return (
      missingNginx() ??
      (nginxModules(MODULES) === undefined ? 'the Lua module is missing: apt-get install libnginx-mod-http-lua' : undefined)
    );
  },
  prepare({ directory, port, adminPort, originPort }) {
    return nginxCommand(
      directory,
      `${nginxModules(MODULES) ?? ''}${nginxMain(directory)}${nginxUpstream(originPort)}
  lua_shared_dict keys 4m;
  lua_shared_dict limits 4m;
  lua_shared_dict metrics 4m;
  log_format json escape=json '{"time":"$time_iso8601","requestId":"$request_id","client":"$remote_addr","method":"$request_method",'
    '"path":"$uri","protocol":"$server_protocol","status":$status,"bytes":$body_bytes_sent,"app":"$app","ms":"$request_time",'
    '"backend":"$upstream_addr","backendStatus":"$upstream_status","backendMs":"$upstream_response_time","userAgent":"$http_user_agent"}';
  access_log ${directory}/access.log json buffer=64k flush=1s;

  init_by_lua_block {
    require 'resty.core'
    for i = 1, 1000 do ngx.shared.keys:set('bench-key-' .. i, 'app-' .. i) end
    series = {}
    for status = 100, 599 do
      local labels = '{route="/",method="GET",status="' .. status .. '"}'
      series[status] = { count = 'requests_total' .. labels, sum = 'request_seconds_sum' .. labels, backend = 'backend_seconds_sum' .. labels }
    end
  }

  server {
    listen 127.0.0.1:${port};
    location / {
      set $app '';
      set $ratelimit '';
      access_by_lua_block {
        local var = ngx.var
        local app = ngx.shared.keys:get(var.http_x_api_key or '')
        if not app then return ngx.exit(401) end
        local limit = 1000000
        local count = ngx.shared.limits:incr(app .. ngx.time(), 1, 0, 2)
        if count > limit then
          ngx.header['Retry-After'] = 1
          return ngx.exit(429)
        end
        var.app = app
        var.ratelimit = '"app";r=' .. limit - count .. ';t=1'
      }
      log_by_lua_block {
        local metrics, var, names = ngx.shared.metrics, ngx.var, series[ngx.status]
        local seconds = tonumber(var.request_time) or 0
        metrics:incr(names.count, 1, 0)
        metrics:incr(names.sum, seconds, 0)
        metrics:incr(names.backend, tonumber(var.upstream_response_time) or 0, 0)
        metrics:incr(seconds <= 0.005 and 'le_0.005' or seconds <= 0.05 and 'le_0.05' or seconds <= 0.5 and 'le_0.5' or 'le_inf', 1, 0)
      }
      add_header Access-Control-Allow-Origin *;
      add_header Access-Control-Expose-Headers X-Request-Id;
      add_header X-Request-Id $request_id;
      add_header RateLimit $ratelimit;
      add_header X-Served-By bench;
      proxy_hide_header X-Origin-Only;
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Request-Id $request_id;
      proxy_set_header X-App $app;
      proxy_set_header X-Api-Key "";
    }
  }
  server {
    listen 127.0.0.1:${adminPort};
    access_log off;
    location = /metrics {
      content_by_lua_block {
        for _, key in ipairs(ngx.shared.metrics:get_keys(0)) do ngx.say(key, ' ', ngx.shared.metrics:get(key)) end
      }
    }
  }
}
`,
    );
  },
};
