with

final as (

    {{ landed_files(event_streams()) }}

)

select * from final
