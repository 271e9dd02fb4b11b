with

newest as (

    {{ standing_events('ga4_event') }}

),

final as (

    select
        ---------- ids
        cast(user_id as string) as user_id,
        cast(anonymous_id as string) as anonymous_id,
        cast(bundle_sequence_id as string) as bundle_sequence_id,
        cast(order_no as string) as order_no,

        ---------- text
        cast(event as string) as event_name,
        cast(properties as string) as properties,
        cast(user_properties as string) as user_properties,

        ---------- timestamps
        cast(occurred_at as timestamp) as occurred_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
