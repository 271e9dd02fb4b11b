with

growingio_events as (

    select
        'growingio_event' as source,
        'event' as record_kind,
        event_name,
        user_id as app_user_id,
        anonymous_id,
        cast(null as string) as unionid,
        cast(null as string) as phone,
        cast(null as string) as email,
        cast(null as string) as real_name,
        cast(null as string) as gender,
        cast(null as string) as province,
        cast(null as string) as city,
        order_no,
        cast(null as string) as rating,
        cast(null as string) as nps_score,
        cast(null as string) as body_text,
        occurred_at,
        _source_file,
        _line_number,
        _content_hash
    from {{ ref('stg_growingio__events') }}
    -- what a shop or a device did is no touch of a person
    where coalesce(user_key, '') != '$notuser'

),

ga4_events as (

    select
        'ga4_event' as source,
        'event' as record_kind,
        event_name,
        user_id as app_user_id,
        anonymous_id,
        cast(null as string) as unionid,
        cast(null as string) as phone,
        cast(null as string) as email,
        cast(null as string) as real_name,
        cast(null as string) as gender,
        cast(null as string) as province,
        cast(null as string) as city,
        order_no,
        cast(null as string) as rating,
        cast(null as string) as nps_score,
        cast(null as string) as body_text,
        occurred_at,
        _source_file,
        _line_number,
        _content_hash
    from {{ ref('stg_ga4__events') }}

),

snowplow_events as (

    select
        'snowplow_event' as source,
        'event' as record_kind,
        event_name,
        user_id as app_user_id,
        anonymous_id,
        cast(null as string) as unionid,
        cast(null as string) as phone,
        cast(null as string) as email,
        cast(null as string) as real_name,
        cast(null as string) as gender,
        cast(null as string) as province,
        cast(null as string) as city,
        order_no,
        cast(null as string) as rating,
        cast(null as string) as nps_score,
        cast(null as string) as body_text,
        occurred_at,
        _source_file,
        _line_number,
        _content_hash
    from {{ ref('stg_snowplow__events') }}

),

final as (

    select * from growingio_events
    union all
    select * from ga4_events
    union all
    select * from snowplow_events

)

select * from final
