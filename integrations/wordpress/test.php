<?php
// The plugin against stubs of the WordPress functions that it calls. No WordPress runs here.
// Usage: php test.php RENDERED-FOLDER SERVICE-URL MODE [HOME [CONSTANTS]], with MODE files, service or down; HOME is the
// site's address, CONSTANTS are more of wp-config.php, as JSON.
declare(strict_types=1);

[, $folder, $url, $mode] = $argv;
$home = $argv[4] ?? 'http://localhost';
foreach (json_decode($argv[5] ?? '{}', true) as $name => $value) {
    define($name, $value);
}
// Read again below.
$said = tempnam(sys_get_temp_dir(), 'volens');
ini_set('error_log', $said);
error_reporting(E_ALL);
set_error_handler(static function (int $level, string $text): never {
    throw new ErrorException($text);
});

define('ABSPATH', '/');
define('VOLENS_GATE', ['analytics-tag' => ['analytics', 'stats']]);
$mode === 'files' ? define('VOLENS_SNIPPETS', $folder) : define('VOLENS_URL', $url);

$hooks = $transients = $options = $log = [];
function add_action(string $name, callable $fn, int $priority = 10, int $arguments = 1): void
{
    global $hooks;
    $hooks[$name][$priority][] = $fn;
}
function add_filter(string $name, callable $fn, int $priority = 10, int $arguments = 1): void
{
    add_action($name, $fn, $priority, $arguments);
}
function do_action(string $name): string
{
    global $hooks;
    ob_start();
    $all = $hooks[$name] ?? [];
    ksort($all);
    foreach ($all as $fns) {
        foreach ($fns as $fn) {
            $fn();
        }
    }
    return (string) ob_get_clean();
}
function home_url(): string
{
    global $home;
    return $home;
}
function get_bloginfo(string $what): string
{
    return $what === 'language' ? 'en-GB' : '';
}
function get_transient(string $key): mixed
{
    global $transients;
    return $transients[$key] ?? false;
}
function set_transient(string $key, mixed $value, int $seconds): void
{
    global $transients;
    $transients[$key] = $value;
}
function get_option(string $key, mixed $default): mixed
{
    global $options;
    return $options[$key] ?? $default;
}
function update_option(string $key, mixed $value, bool $autoload): void
{
    global $options;
    $options[$key] = $value;
}
function wp_remote_get(string $url, array $with): mixed
{
    global $log;
    $log[] = $url;
    $headers = array_map(static fn ($name, $value) => "$name: $value", array_keys($with['headers']), $with['headers']);
    $http = ['timeout' => $with['timeout'], 'header' => $headers, 'ignore_errors' => true];
    $stream = @fopen($url, 'r', false, stream_context_create(['http' => $http]));
    if (!$stream) {
        return new WP_Error();
    }
    $status = stream_get_meta_data($stream)['wrapper_data'][0];
    return ['body' => stream_get_contents($stream), 'code' => (int) explode(' ', $status)[1]];
}
class WP_Error
{
    public function get_error_message(): string
    {
        return 'no connection';
    }
}
function is_wp_error(mixed $answer): bool
{
    return $answer instanceof WP_Error;
}
function wp_remote_retrieve_response_code(array $answer): int
{
    return $answer['code'];
}
function wp_remote_retrieve_body(array $answer): string
{
    return $answer['body'];
}
function esc_attr(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES);
}
function esc_url(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES);
}

require __DIR__ . '/volens/volens.php';

// Silenced errors of the stub above are part of "down".
set_error_handler(static fn (): bool => true);
if ($mode === 'down') {
    $options['volens_en'] = ['head' => 'an older head', 'banner' => 'an older banner', 'foot' => 'an older foot'];
}
$gate = array_values($hooks['script_loader_tag'])[0][0];
$head = do_action('wp_head');
// However late the rest of the page is, it is of the same answer.
[$kept, $transients] = [$transients, []];
echo json_encode([
    'head' => $head,
    'body' => do_action('wp_body_open'),
    'footer' => do_action('wp_footer'),
    'again' => do_action('wp_head'),
    'asked' => $log,
    'kept' => $kept,
    'options' => $options,
    'logged' => file_get_contents($said),
    'gated' => $gate('<script src="/a.js"></script>', 'analytics-tag', 'https://stats.example/a.js?x=1&y="2"'),
    'free' => $gate('<script src="/b.js"></script>', 'menu', '/b.js'),
    'first' => array_key_first($hooks['wp_head']),
]);
unlink($said);
