{#- what the trackers of a web page know of a person: two ids -#}
{%- set unknown = [
    'unionid', 'phone', 'email', 'real_name', 'gender', 'province', 'city',
    'rating', 'nps_score', 'body_text',
] -%}
{%- set stated = {'record_kind': "'event'", 'app_user_id': 'user_id'} -%}

with

growingio_events as (

    {{
        tracked_rows(
            ref('stg_growingio__events'), source='growingio_event', stated=stated, missing=unknown
        )
    }}
    -- what a shop or a device did is no touch of a person
    where coalesce(user_key, '') != '$notuser'

),

final as (

    select * from growingio_events
    union all
    {{ tracked_rows(ref('stg_ga4__events'), source='ga4_event', stated=stated, missing=unknown) }}
    union all
    {{
        tracked_rows(
            ref('stg_snowplow__events'), source='snowplow_event', stated=stated, missing=unknown
        )
    }}

)

select * from final
