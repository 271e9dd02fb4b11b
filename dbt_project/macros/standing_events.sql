{# Which rows of an event stream count. #}


{# Event streams and what makes two rows of one the same event. #}
{% macro event_streams() -%}
    {{ return({
        'sensors_event': ['record_type', 'distinct_id', 'occurred_at', 'event', 'track_id'],
        'segment_event': ['event_id'],
        'growingio_event': ['user_id', 'anonymous_id', 'event', 'occurred_at'],
        'ga4_event': ['anonymous_id', 'occurred_at', 'event', 'bundle_sequence_id'],
        'snowplow_event': ['event_id'],
    }) }}
{%- endmacro %}


{#
    The rows of event streams that a newer row of the same event replaces; of events in some files
    only, given as source → names.
#}
{% macro superseded_events(files=none) -%}
    {%- for source_name, key in event_streams().items() if files is none or source_name in files -%}
        {{ superseded_rows(source_name, key, files and {source_name: files[source_name]}) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}


{#
    The rows of one stream. Streams rarely repeat and are large: finding the few repeats costs a
    fraction of ranking every row. A clash of hashes costs a row more to rank and changes nothing.
#}
{% macro superseded_rows(source_name, key, files) -%}
    {%- set relation = source('landing', source_name) -%}
    {#- by the time of an event DuckDB leaves most of the stream unread -#}
    {%- set alike = [row_hash(key)] + (['occurred_at'] if 'occurred_at' in key else []) -%}
    select
        cast('{{ source_name }}' as string) as source,
        _source_file,
        _line_number,
        _loaded_at
    from (
        select
            _source_file,
            _line_number,
            _loaded_at,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by {{ newest_first() }}
            ) as version_rank
        from {{ relation }}
        {% if files -%}
            where ({{ alike | join(', ') }}) in (
                select {{ alike | join(', ') }}
                from (select *, '{{ source_name }}' as source from {{ relation }}) as landed
                where {{ is_of_files(files) }}
            )
        {%- else -%}
            where {{ row_hash(key) }} in (
                select {{ row_hash(key) }}
                from {{ relation }}
                group by {{ row_hash(key) }}
                having count(*) > 1
            )
        {%- endif %}
    ) as versions
    where version_rank > 1
{%- endmacro %}


{# The rows of an event stream that no newer row of the same key replaces. #}
{% macro standing_events(name) -%}
    select events.*
    from {{ source('landing', name) }} as events
    left join {{ ref('base_events__superseded') }} as superseded
        on
            superseded.source = '{{ name }}'
            and events._source_file = superseded._source_file
            and events._line_number = superseded._line_number
            -- a log grown under its own name lands again: the same file and line, another row
            and events._loaded_at = superseded._loaded_at
    where superseded._line_number is null
{%- endmacro %}
