with

newest as (

    {{ standing_events('segment_event') }}

),

final as (

    select
        ---------- ids
        cast(event_id as string) as event_id,
        cast(user_id as string) as user_id,
        cast(anonymous_id as string) as anonymous_id,
        cast(previous_id as string) as previous_id,
        cast(order_no as string) as order_no,
        cast(group_id as string) as group_id,

        ---------- text
        cast(record_type as string) as record_type,
        cast(event as string) as event_name,
        cast(properties as string) as properties,
        cast(traits as string) as traits,
        cast(phone as string) as phone,
        cast(email as string) as email,
        cast(name as string) as real_name,

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
