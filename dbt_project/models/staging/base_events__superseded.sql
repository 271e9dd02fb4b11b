with

sensors as (

    {{
        superseded_rows(
            source('landing', 'sensors_event'),
            source='sensors_event',
            key=['record_type', 'distinct_id', 'occurred_at', 'event', 'track_id']
        )
    }}

),

segment as (

    {{
        superseded_rows(
            source('landing', 'segment_event'), source='segment_event', key=['event_id']
        )
    }}

),

growingio as (

    {{
        superseded_rows(
            source('landing', 'growingio_event'),
            source='growingio_event',
            key=['user_id', 'anonymous_id', 'event', 'occurred_at']
        )
    }}

),

ga4 as (

    {{
        superseded_rows(
            source('landing', 'ga4_event'),
            source='ga4_event',
            key=['anonymous_id', 'occurred_at', 'event', 'bundle_sequence_id']
        )
    }}

),

snowplow as (

    {{
        superseded_rows(
            source('landing', 'snowplow_event'), source='snowplow_event', key=['event_id']
        )
    }}

),

final as (

    select * from sensors
    union all
    select * from segment
    union all
    select * from growingio
    union all
    select * from ga4
    union all
    select * from snowplow

)

select * from final
