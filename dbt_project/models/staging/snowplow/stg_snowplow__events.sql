with

source as (

    select * from {{ source('landing', 'snowplow_event') }}

),

superseded as (

    select * from {{ ref('base_events__superseded') }}
    where source = 'snowplow_event'

),

newest as (

    select source.*
    from source
    left join superseded
        on
            source._source_file = superseded._source_file
            and source._line_number = superseded._line_number
    where superseded._line_number is null

),

final as (

    select
        ---------- ids
        cast(event_id as string) as event_id,
        cast(user_id as string) as user_id,
        cast(anonymous_id as string) as anonymous_id,
        cast(network_id as string) as network_id,
        cast(order_id as string) as order_no,

        ---------- text
        cast(event as string) as event_name,
        cast(page_url as string) as page_url,

        ---------- numbers
        cast(order_amount as decimal(18, 2)) as order_amount,

        ---------- timestamps
        cast(received_at as timestamp) as occurred_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
